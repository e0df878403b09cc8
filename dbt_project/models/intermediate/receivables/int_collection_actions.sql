-- Grain: one row per collection action of any source, with its customer
-- Dates are not cut off here: what counts on a day is for the models that measure.
with

records as (

    {{ union_of(['stg_erpnext__dunnings', 'stg_files__collection_actions'], [
        'source_system', 'action_id', 'source_customer_id', 'document_id', 'source_action_type', 'action_date',
        'promised_payment_date', 'currency', 'amount', 'owner_id', 'record_file', 'record_line',
    ]) }}

),

identities as (

    select * from {{ ref('int_customer_identities') }}

),

action_type_values as (

    {{ values_of('collection_actions', 'action_type') }}

),

final as (

    select
        records.action_id,
        identities.customer_key,
        records.document_id,
        {{ canonical('action_type') }} as action_type,
        records.action_date,
        records.promised_payment_date,
        records.currency,
        records.amount,
        records.owner_id,
        records.source_system,
        records.record_file,
        records.record_line
    from records
    left join identities
        on
            records.source_system = identities.source_system
            and records.source_customer_id = identities.source_customer_id
    left join action_type_values
        on
            records.source_system = action_type_values.source
            and lower(trim(records.source_action_type)) = action_type_values.source_value
    where {{ canonical('action_type') }} is not null

)

select * from final
