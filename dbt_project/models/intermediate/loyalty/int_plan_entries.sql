-- Grain: one row per customer and loyalty plan with an entry by as_of: its points by what happened to them
with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

parameters as (
    select max(value) as lookback_days
    from {{ ref('stg_rules__model_parameters') }}
    where parameter = 'lookback_days'
),

entries as (
    select
        entries.*,
        {{ days_between('entries.entry_date', 'context.as_of_date') }}
        < parameters.lookback_days as is_recent,
        -- the newest entry that names a tier, the later id of one day
        case
            when entries.plan_tier is not null then cast(entries.entry_date as string) || entries.entry_id
        end
            as tier_order
    from {{ ref('int_loyalty_entries') }} as entries
    cross join context
    cross join parameters
    where entries.customer_key is not null and entries.entry_date <= context.as_of_date
),

final as (
    select
        customer_key,
        coalesce(plan, '') as plan,
        cast(count(*) as int) as loyalty_entries,
        {% for kind in ['earned', 'redeemed', 'expired', 'adjusted'] %}
        cast(sum(case when entry_type = '{{ kind }}' then points else 0 end) as decimal(18, 2))
            as points_{{ kind }},
        {% endfor %}
        cast(sum(case when entry_type = 'earned' and is_recent then points else 0 end) as double)
            as recently_earned,
        cast(sum(case when entry_type = 'redeemed' and is_recent then points else 0 end) as double)
            as recently_redeemed,
        max(case when entry_type in ('earned', 'redeemed') then entry_date end) as last_points_date,
        max_by(plan_tier, tier_order) as plan_tier
    from entries
    group by customer_key, coalesce(plan, '')
)

select * from final
