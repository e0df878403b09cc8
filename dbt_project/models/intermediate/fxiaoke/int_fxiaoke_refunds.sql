-- Grain: one row per refund, or payment below zero, and what of it pays out a credit the customer had by then
-- What no credit covers is goodwill: given and paid out at once, it leaves nothing owed on either side.
with

paid_back as (

    select * from {{ ref('int_fxiaoke_paid_back') }}

),

credits as (

    select * from {{ ref('int_fxiaoke_unused_credits') }}

),

covered as (

    select
        paid_back.receipt_id,
        cast(coalesce(sum(credits.amount), 0) as decimal(18, 2)) as credit_so_far
    from paid_back
    left join credits
        on
            paid_back.source_customer_id = credits.source_customer_id
            and paid_back.currency = credits.currency
            and paid_back.receipt_date >= credits.settled_date
    group by paid_back.receipt_id

),

summed as (

    select
        paid_back.*,
        covered.credit_so_far,
        sum(paid_back.amount) over (
            partition by paid_back.source_customer_id, paid_back.currency
            order by paid_back.receipt_date asc, paid_back.receipt_id asc
            rows between unbounded preceding and current row
        ) as paid_so_far
    from paid_back
    inner join covered
        on paid_back.receipt_id = covered.receipt_id

),

limited as (

    -- never more than the credit of the day, whatever was paid back before it
    select
        *,
        paid_so_far + least(
            min(credit_so_far - paid_so_far) over (
                partition by source_customer_id, currency
                order by receipt_date asc, receipt_id asc
                rows between unbounded preceding and current row
            ), 0
        ) as covered_so_far
    from summed

),

final as (

    select
        *,
        cast(
            covered_so_far - lag(covered_so_far, 1, 0) over (
                partition by source_customer_id, currency order by receipt_date asc, receipt_id asc
            ) as decimal(18, 2)
        ) as covered_amount
    from limited

)

select * from final
