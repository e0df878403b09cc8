-- Grain: one row per order of any source, with its customer
-- Dates are not cut off here: what counts on a day is for the models that measure.
with

records as (

    {{ union_of(['stg_zoho_crm__sales_orders', 'stg_files__orders', 'int_fxiaoke_orders'], [
        'source_system', 'order_id', 'order_number', 'source_customer_id', 'contract_id', 'order_date',
        'promised_date', 'delivered_date', 'currency', 'exchange_rate', 'amount', 'delivered_amount',
        'invoiced_amount', 'source_status', 'closed_date', 'reopened_date', 'record_file', 'record_line',
    ]) }}

),

settings as (

    select * from {{ ref('stg_run__settings') }}

),

identities as (

    select * from {{ ref('int_customer_identities') }}

),

status_values as (

    {{ values_of('orders', 'status') }}

),

final as (

    select
        records.order_id,
        records.order_number,
        identities.customer_key,
        records.contract_id,
        records.order_date,
        records.promised_date,
        records.delivered_date,
        -- a CRM of one currency does not name it
        coalesce(records.currency, settings.base_currency) as currency,
        records.exchange_rate,
        records.amount,
        records.delivered_amount,
        records.invoiced_amount,
        {{ canonical('status') }} as status,
        records.closed_date,
        records.reopened_date,
        records.source_system,
        records.record_file,
        records.record_line
    from records
    cross join settings
    left join identities
        on
            records.source_system = identities.source_system
            and records.source_customer_id = identities.source_customer_id
    left join status_values
        on
            records.source_system = status_values.source
            and lower(trim(records.source_status)) = status_values.source_value
    where {{ canonical('status') }} is not null

)

select * from final
