-- Grain: one row per issued invoice, with its customer, due date and rate to base currency
-- Without a due date: due after its own terms, else the customer's of that day, else on the issue date.
with

settings as (

    select * from {{ ref('stg_run__settings') }}

),

invoices as (

    select * from {{ ref('int_issued_invoices') }}

),

identities as (

    select * from {{ ref('int_customer_identities') }}

),

defaulted_terms as (

    select * from {{ ref('int_defaulted_terms') }}

),

document_rates as (

    select * from {{ ref('int_document_rates') }}

),

priced as (

    select
        invoices.document_id,
        invoices.source_system,
        identities.customer_key,
        invoices.document_number,
        invoices.issue_date,
        coalesce(
            invoices.due_date,
            {{ add_days(
                'invoices.issue_date', 'coalesce(invoices.terms_days, defaulted_terms.terms_days, 0)'
            ) }}
        ) as due_date,
        invoices.due_date is null as is_due_date_defaulted,
        invoices.currency,
        invoices.amount,
        {{ document_rate('invoices', 'settings', 'document_rates') }} as exchange_rate
    from invoices
    cross join settings
    inner join identities
        on
            invoices.source_system = identities.source_system
            and invoices.source_customer_id = identities.source_customer_id
    left join defaulted_terms
        on invoices.document_id = defaulted_terms.document_id
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
