-- Grain: one row per invoice, credit note or unplaced write-off issued up to as_of, with its balance that day
with

context as (

    select * from {{ ref('stg_run__context') }}

),

states as (

    select * from {{ ref('int_document_states') }}

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
        states.*,
        case when states.balance > 0 then {{ days_between('states.due_date', 'context.as_of_date') }} end
            as dpd,
        states.balance_base <= tolerance.amount as is_settled,
        states.amount_base <= tolerance.amount as is_trifle
    from states
    cross join context
    cross join tolerance
    where
        states.valid_from <= context.as_of_date
        and (states.valid_to is null or states.valid_to > context.as_of_date)

),

final as (

    select
        dated.document_id,
        dated.customer_key,
        dated.document_type,
        dated.currency,
        dated.issue_date,
        dated.due_date,
        dated.amount,
        dated.amount_base,
        dated.balance,
        dated.balance_base,
        dated.dpd,
        ageing_buckets.ageing_bucket,
        -- the day nothing more was owed: of the last movement, or of the issue when there was nothing to pay
        case when dated.is_settled then dated.valid_from end as settled_date,
        -- a trifle counts as settled from the start: paid late or not at all, it is late in neither case
        coalesce(
            (dated.late_amount_days > 0 and not dated.is_trifle) or (dated.dpd > 0 and not dated.is_settled),
            false
        ) as is_late,
        -- what was paid late by its own delay, what is still open by its delay so far
        {{ to_base(
            'dated.late_amount_days + case when dated.dpd > 0 then dated.balance * dated.dpd else 0 end',
            'dated.exchange_rate', 28
        ) }} as days_late_amount_base,
        {{ to_base('dated.early_amount_days', 'dated.exchange_rate', 28) }} as days_early_amount_base
    from dated
    left join ageing_buckets
        on
            (dated.balance < 0 and ageing_buckets.is_credit)
            or (
                not ageing_buckets.is_credit
                and dated.dpd >= coalesce(ageing_buckets.dpd_from, dated.dpd)
                and dated.dpd <= coalesce(ageing_buckets.dpd_to, dated.dpd)
            )

)

select * from final
