-- Grain: one row per customer with invoices of the last 365 days whose margin is known
-- The rate is over those invoices alone: an unknown margin is not nil.
with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

margins as (
    select
        document_id,
        margin_amount
    from {{ ref('stg_files__invoices') }}
    where margin_amount is not null
),

summed as (
    select
        invoices.customer_key,
        count(*) as margin_documents,
        cast(sum(invoices.amount_base) as double) as amount_base,
        {{ exact_sum(to_base('margins.margin_amount', 'invoices.exchange_rate')) }} as margin_base
    from {{ ref('int_invoices') }} as invoices
    cross join context
    inner join margins on invoices.document_id = margins.document_id
    where
        invoices.issue_date <= context.as_of_date
        and {{ days_between('invoices.issue_date', 'context.as_of_date') }} < 365
    group by invoices.customer_key
),

final as (
    select
        customer_key,
        cast(margin_documents as int) as margin_documents,
        round(margin_base / nullif(amount_base, 0), 6) as margin_rate
    from summed
)

select * from final
