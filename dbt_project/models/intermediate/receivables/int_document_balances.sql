-- Grain: one row per invoice or credit note issued up to as_of, with its balance on that day
with

context as (

    select * from {{ ref('stg_run__context') }}

),

documents as (

    select * from {{ ref('int_document_positions') }}

),

ageing_buckets as (

    select * from {{ ref('stg_rules__ageing_buckets') }}

),

parameters as (

    select * from {{ ref('stg_rules__model_parameters') }}

),

tolerance as (

    select max(value) as amount
    from parameters
    where parameter = 'tolerance_amount'

),

aged as (

    select
        documents.*,
        case when documents.balance > 0 then {{ days_between('documents.due_date', 'context.as_of_date') }} end as dpd,
        documents.balance_base <= tolerance.amount as is_settled
    from documents
    cross join context
    cross join tolerance

),

final as (

    select
        aged.document_id,
        aged.customer_key,
        aged.document_type,
        aged.document_number,
        aged.currency,
        aged.issue_date,
        aged.due_date,
        aged.amount,
        aged.amount_base,
        aged.balance,
        aged.balance_base,
        aged.dpd,
        ageing_buckets.ageing_bucket,
        case when aged.is_settled then coalesce(aged.last_applied_date, aged.issue_date) end as settled_date,
        aged.late_amount_days > 0 or (aged.dpd > 0 and not aged.is_settled) as is_late,
        cast(
            round((aged.late_amount_days + case when aged.dpd > 0 then aged.balance * aged.dpd else 0 end) * aged.exchange_rate, 2)
            as decimal(28, 2)
        ) as days_late_amount_base,
        cast(round(aged.early_amount_days * aged.exchange_rate, 2) as decimal(28, 2)) as days_early_amount_base
    from aged
    left join ageing_buckets
        on
            (aged.balance < 0 and ageing_buckets.is_credit)
            or (
                not ageing_buckets.is_credit
                and aged.dpd >= coalesce(ageing_buckets.dpd_from, aged.dpd)
                and aged.dpd <= coalesce(ageing_buckets.dpd_to, aged.dpd)
            )

)

select * from final
