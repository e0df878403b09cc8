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

dated as (

    select
        documents.*,
        case
            when documents.balance > 0 then {{ days_between('documents.due_date', 'context.as_of_date') }}
        end
            as dpd,
        documents.balance_base <= tolerance.amount as is_settled
    from documents
    cross join context
    cross join tolerance

),

aged as (

    select
        document_id,
        customer_key,
        document_type,
        document_number,
        currency,
        exchange_rate,
        issue_date,
        due_date,
        amount,
        amount_base,
        balance,
        balance_base,
        dpd,
        is_settled,
        last_applied_date,
        late_amount_days > 0 or (dpd > 0 and not is_settled) as is_late,
        -- what was paid late by its own delay, what is still open by its delay so far
        late_amount_days + case when dpd > 0 then balance * dpd else 0 end as late_amount_days,
        early_amount_days
    from dated

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
        coalesce(aged.is_late, false) as is_late,
        {{ to_base('aged.late_amount_days', 'aged.exchange_rate', 28) }} as days_late_amount_base,
        {{ to_base('aged.early_amount_days', 'aged.exchange_rate', 28) }} as days_early_amount_base
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
