-- Grain: one row per receipt, with its customer and rate to base currency
with

settings as (

    select * from {{ ref('stg_run__settings') }}

),

receipts as (

    select * from {{ ref('int_received_receipts') }}

),

identities as (

    select * from {{ ref('int_customer_identities') }}

),

document_rates as (

    select * from {{ ref('int_document_rates') }}

),

priced as (

    select
        receipts.receipt_id,
        receipts.source_system,
        identities.customer_key,
        receipts.receipt_date,
        receipts.currency,
        receipts.amount,
        {{ document_rate('receipts', 'settings', 'document_rates') }} as exchange_rate
    from receipts
    cross join settings
    inner join identities
        on
            receipts.source_system = identities.source_system
            and receipts.source_customer_id = identities.source_customer_id
    left join document_rates
        on
            receipts.currency = document_rates.currency
            and receipts.receipt_date = document_rates.document_date

),

final as (

    select
        *,
        {{ to_base('amount', 'exchange_rate') }} as amount_base
    from priced

)

select * from final
