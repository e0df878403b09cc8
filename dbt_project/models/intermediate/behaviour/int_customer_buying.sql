-- Grain: one row per customer with a purchase: recency, frequency and amount of buying, in base currency
-- expected_180: purchases of the last 180 days, had the customer kept the pace of the 365 days before them.
with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

aged as (
    select
        *,
        case when purchases > 0 then buying_date end as purchase_date
    from {{ ref('int_buying_days') }}
),

summed as (
    select
        customer_key,
        sum(purchases) as purchases,
        sum(case when is_open_order then purchases else 0 end) as open_orders,
        count(purchase_date) as purchase_days,
        min(purchase_date) as first_purchase_date,
        max(purchase_date) as last_purchase_date,
        sum(invoiced_base) as invoiced_base,
        sum(revenue_base) as revenue_to_date,
        sum(case when age_days < 180 then purchases else 0 end) as purchases_180,
        sum(case when age_days >= 180 and age_days < 545 then purchases else 0 end) as purchases_before_180,
        sum(case when age_days < 365 then purchases else 0 end) as purchases_365,
        sum(case when age_days >= 365 and age_days < 730 then purchases else 0 end) as purchases_prior_365,
        sum(case when age_days < 365 then revenue_base else 0 end) as revenue_365,
        sum(case when age_days >= 365 and age_days < 730 then revenue_base else 0 end) as revenue_prior_365
    from aged
    group by customer_key
),

dated as (
    select
        summed.*,
        {{ days_between('summed.last_purchase_date', 'context.as_of_date') }} as recency_days,
        {{ days_between('summed.first_purchase_date', 'context.as_of_date') }} as tenure_days
    from summed
    cross join context
    where summed.purchases > 0
),

final as (
    select
        customer_key,
        first_purchase_date,
        last_purchase_date,
        recency_days,
        tenure_days,
        cast(purchases as int) as purchases,
        cast(open_orders as int) as open_orders,
        cast(purchase_days as int) as purchase_days,
        cast(purchases_180 as int) as purchases_180,
        cast(purchases_365 as int) as purchases_365,
        cast(purchases_prior_365 as int) as purchases_prior_365,
        cast(revenue_to_date as decimal(18, 2)) as revenue_to_date,
        cast(revenue_365 as decimal(18, 2)) as revenue_365,
        cast(revenue_prior_365 as decimal(18, 2)) as revenue_prior_365,
        cast(round(cast(invoiced_base as double) / nullif(purchases - open_orders, 0), 2) as decimal(18, 2))
            as monetary_mean,
        round(cast(tenure_days - recency_days as double) / nullif(purchase_days - 1, 0), 6) as mean_gap_days,
        case
            when tenure_days >= 180
                then
                    round(
                        cast(purchases_before_180 as double) * 180 / nullif(least(tenure_days - 179, 365), 0),
                        6
                    )
        end as expected_180
    from dated
)

select * from final
