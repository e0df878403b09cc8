-- Grain: one row per customer with an invoice: how it pays what fell due within the lookback
-- Matured means fallen due, paid or not, so the day of payment never changes what is counted. Of a source
-- that delivered no payment nothing is known of paying.
with

context as (

    select * from {{ ref('stg_run__context') }}

),

balances as (

    select * from {{ ref('int_document_balances') }}

),

silent_sources as (

    select * from {{ ref('int_silent_sources') }}

),

parameters as (

    select * from {{ ref('stg_rules__model_parameters') }}

),

lookback as (

    select max(value) as days
    from parameters
    where parameter = 'lookback_days'

),

invoices as (

    select
        balances.*,
        balances.due_date <= context.as_of_date
        and {{ days_between('balances.due_date', 'context.as_of_date') }} < lookback.days as is_matured,
        balances.settled_date is not null
        and {{ days_between('balances.settled_date', 'context.as_of_date') }} < lookback.days as is_settled
    from balances
    cross join context
    cross join lookback
    left join silent_sources
        on balances.document_id like silent_sources.document_pattern
    where balances.document_type = 'invoice' and silent_sources.source_system is null

),

summed as (

    select
        customer_key,
        min(issue_date) as first_document_date,
        sum(case when is_matured then 1 else 0 end) as matured_documents,
        sum(case when is_matured and is_late then 1 else 0 end) as late_documents,
        sum(case when is_settled then 1 else 0 end) as settled_documents,
        cast(sum(case when is_matured then amount_base end) as double) as matured_amount,
        cast(sum(case when is_matured and is_late then amount_base else 0 end) as double) as late_amount,
        cast(sum(case when is_matured then days_late_amount_base end) as double) as matured_amount_days,
        cast(sum(case when is_settled then amount_base end) as double) as settled_amount,
        cast(sum(case when is_settled then days_late_amount_base end) as double) as late_amount_days,
        cast(sum(case when is_settled then days_early_amount_base end) as double) as early_amount_days
    from invoices
    group by customer_key

),

final as (

    select
        customer_key,
        first_document_date,
        cast(matured_documents as int) as matured_documents,
        cast(late_documents as int) as late_documents,
        cast(settled_documents as int) as settled_documents,
        round(cast(late_documents as double) / nullif(matured_documents, 0), 6) as late_share_count,
        round(late_amount / nullif(matured_amount, 0), 6) as late_share_amount,
        round(matured_amount_days / nullif(matured_amount, 0), 6) as days_beyond_terms,
        round(late_amount_days / nullif(settled_amount, 0), 6) as avg_days_late,
        round(early_amount_days / nullif(settled_amount, 0), 6) as avg_days_early
    from summed

)

select * from final
