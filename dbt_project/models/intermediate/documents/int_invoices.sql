-- Grain: one row per issued invoice, with its customer, due date and rate to base currency
-- Without a due date it falls due after its own terms, else the customer's, else on the issue date.
with

context as (

    select * from {{ ref('stg_run__context') }}

),

invoices as (

    select * from {{ ref('int_issued_invoices') }}

),

identities as (

    select * from {{ ref('int_customer_identities') }}

),

customers as (

    select * from {{ ref('int_customers') }}

),

document_rates as (

    select * from {{ ref('int_document_rates') }}

),

debtors as (

    select
        identities.source_system,
        identities.source_customer_id,
        identities.customer_key,
        coalesce(customers.terms_days, 0) as terms_days
    from identities
    inner join customers
        on identities.customer_key = customers.customer_key

),

priced as (

    select
        invoices.document_id,
        invoices.source_system,
        debtors.customer_key,
        invoices.document_number,
        invoices.issue_date,
        coalesce(
            invoices.due_date,
            {{ add_days('invoices.issue_date', 'coalesce(invoices.terms_days, debtors.terms_days)') }}
        ) as due_date,
        invoices.due_date is null as is_due_date_defaulted,
        invoices.currency,
        invoices.amount,
        case
            when invoices.currency = context.base_currency then cast(1 as decimal(18, 8))
            else coalesce(invoices.exchange_rate, document_rates.exchange_rate)
        end as exchange_rate
    from invoices
    cross join context
    inner join debtors
        on
            invoices.source_system = debtors.source_system
            and invoices.source_customer_id = debtors.source_customer_id
    left join document_rates
        on invoices.currency = document_rates.currency and invoices.issue_date = document_rates.document_date

),

final as (

    select
        *,
        {{ to_base('amount', 'exchange_rate') }} as amount_base
    from priced

)

select * from final
