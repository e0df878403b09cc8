-- Grain: one row per customer with an opportunity known at as_of: what is open, won and lost, and why
with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

opportunities as (
    select * from {{ ref('int_opportunities') }}
),

loss_reasons as (
    select * from {{ ref('int_lost_deals') }}
),

reasons as (
    select
        lost_reason_category,
        cast(churn_weight as double) as churn_weight
    from {{ ref('stg_rules__lost_reasons') }}
),

aged as (
    select
        opportunities.customer_key,
        opportunities.stage,
        opportunities.close_date,
        -- decided after as_of was still open on that day
        coalesce(opportunities.stage != 'open' and opportunities.close_date <= context.as_of_date, false)
            as is_decided,
        coalesce({{ days_between('opportunities.close_date', 'context.as_of_date') }} < 365, false)
            as is_within_365,
        -- a loss whose reason nobody gave counts whole
        coalesce(reasons.churn_weight, 1) as churn_weight,
        case
            when opportunities.last_activity_date <= context.as_of_date then opportunities.last_activity_date
        end
            as last_activity_date
    from opportunities
    cross join context
    left join loss_reasons on opportunities.opportunity_id = loss_reasons.opportunity_id
    left join reasons on loss_reasons.lost_reason_category = reasons.lost_reason_category
    where
        opportunities.customer_key is not null
        and coalesce(opportunities.created_date, context.as_of_date) <= context.as_of_date
),

final as (
    select
        customer_key,
        cast(sum(case when is_decided then 0 else 1 end) as int) as open_opportunities,
        cast(sum(case when is_decided and is_within_365 and stage = 'won' then 1 else 0 end) as int)
            as won_365,
        cast(sum(case when is_decided and is_within_365 and stage = 'lost' then 1 else 0 end) as int)
            as lost_365,
        {{ exact_sum(
            "case when is_decided and is_within_365 and stage = 'lost' then churn_weight else 0 end"
        ) }}
            as lost_weight_365,
        max(case when is_decided then close_date end) as last_stage_date,
        max(last_activity_date) as last_activity_date
    from aged
    group by customer_key
)

select * from final
