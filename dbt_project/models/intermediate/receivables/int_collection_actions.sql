-- Grain: one row per collection action of any source, with its customer and the invoice it is about
-- A collection desk names invoices by number; what names none we know of that customer is about all it owes.
-- Dates are not cut off here: what counts on a day is for the models that measure.
with

records as (

    {{ union_of(['stg_erpnext__dunnings', 'stg_files__collection_actions'], [
        'source_system', 'action_id', 'source_customer_id', 'document_id', 'document_number', 'source_action_type',
        'action_date', 'promised_payment_date', 'currency', 'amount', 'owner_id', 'record_file', 'record_line',
    ]) }}

),

identities as (

    select * from {{ ref('int_customer_identities') }}

),

invoices as (

    select * from {{ ref('int_invoices') }}

),

action_type_values as (

    {{ values_of('collection_actions', 'action_type') }}

),

owned as (

    select
        records.*,
        identities.customer_key
    from records
    left join identities
        on
            records.source_system = identities.source_system
            and records.source_customer_id = identities.source_customer_id

),

numbered as (

    select
        owned.action_id,
        min(invoices.document_id) as document_id
    from owned
    inner join invoices
        on owned.customer_key = invoices.customer_key and owned.document_number = invoices.document_number
    group by owned.action_id
    having count(*) = 1

),

final as (

    select
        records.action_id,
        records.customer_key,
        coalesce(invoices.document_id, numbered.document_id) as document_id,
        records.document_number is not null
        and invoices.document_id is null and numbered.document_id is null as is_document_unknown,
        {{ canonical('action_type') }} as action_type,
        records.action_date,
        records.promised_payment_date,
        records.currency,
        records.amount,
        records.owner_id,
        records.source_system,
        records.record_file,
        records.record_line
    from owned as records
    left join invoices
        on records.document_id = invoices.document_id
    left join numbered
        on records.action_id = numbered.action_id
    left join action_type_values
        on
            records.source_system = action_type_values.source
            and lower(trim(records.source_action_type)) = action_type_values.source_value
    where {{ canonical('action_type') }} is not null

)

select * from final
