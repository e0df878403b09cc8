-- Grain: one row per month and ageing bucket that holds a document at the month's end, in base currency
with

months as (

    select * from {{ ref('int_control_months') }}

),

ages as (

    select * from {{ ref('int_month_ages') }}

),

ageing_buckets as (

    select * from {{ ref('stg_rules__ageing_buckets') }}

),

final as (

    select
        ages.months_back,
        ageing_buckets.ageing_bucket,
        ageing_buckets.is_credit,
        coalesce(ageing_buckets.dpd_from > 0, false) as is_overdue,
        cast(sum(ages.balance_base) as decimal(18, 2)) as balance_base,
        -- what was not in the bucket one month before
        cast(
            sum(
                case
                    when
                        ages.age_days - {{ days_between('months.previous_month_end', 'months.month_end') }}
                        < ageing_buckets.dpd_from
                        then ages.balance_base
                    else 0
                end
            ) as decimal(18, 2)
        ) as entered_base,
        cast(sum(ages.documents) as int) as documents
    from ages
    inner join months
        on ages.months_back = months.months_back
    inner join ageing_buckets
        on
            ages.is_credit = ageing_buckets.is_credit
            and ages.age_days >= coalesce(ageing_buckets.dpd_from, ages.age_days)
            and ages.age_days <= coalesce(ageing_buckets.dpd_to, ages.age_days)
    group by
        ages.months_back,
        ageing_buckets.ageing_bucket,
        ageing_buckets.is_credit,
        coalesce(ageing_buckets.dpd_from > 0, false)

)

select * from final
