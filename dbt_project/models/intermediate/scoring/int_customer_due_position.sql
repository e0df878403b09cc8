-- Grain: one row per customer with an invoice. What ever fell due and what is invoiced but not due, paid
-- or not: neither moves with the day a customer pays, so they can gate and divide without breaking
-- monotonicity.
with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

documents as (
    select
        balances.customer_key,
        balances.due_date,
        balances.amount_base,
        silent_sources.source_system is null as is_payment_known
    from {{ ref('int_document_balances') }} as balances
    left join {{ ref('int_silent_sources') }} as silent_sources
        on balances.document_id like silent_sources.document_pattern
    where balances.document_type = 'invoice'
),

final as (
    select
        documents.customer_key,
        cast(sum(case when documents.due_date <= context.as_of_date then 1 else 0 end) as integer)
            as due_documents,
        cast(
            sum(
                case
                    when documents.due_date <= context.as_of_date and documents.is_payment_known then 1
                    else 0
                end
            ) as integer
        ) as due_documents_judged,
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
