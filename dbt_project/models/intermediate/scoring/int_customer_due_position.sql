-- Grain: one row per customer with an invoice. What ever fell due and what is invoiced but not due, paid
-- or not: neither moves with the day a customer pays, so they can gate and divide without breaking
-- monotonicity.
with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

documents as (
    select
        customer_key,
        due_date,
        amount_base
    from {{ ref('int_document_balances') }}
    where document_type = 'invoice'
),

final as (
    select
        documents.customer_key,
        cast(sum(case when documents.due_date <= context.as_of_date then 1 else 0 end) as integer)
            as due_documents,
        cast(
            sum(
                case when documents.due_date >= context.as_of_date then documents.amount_base else 0 end
            ) as decimal(18, 2)
        ) as not_due_invoiced
    from documents
    cross join context
    group by documents.customer_key
)

select * from final
