-- Grain: one row per customer and value factor that is known
-- Money factors need revenue of the year: without any there is nothing whose size or quality could be told.
-- Of whom no invoice is known, what it ordered in the year is its size.
with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

parameters as (
    select max(value) as company_revenue_plan
    from {{ ref('stg_rules__model_parameters') }}
    where parameter = 'company_revenue_plan'
),

levels as (
    select
        levels.customer_key,
        rules.importance_points
    from {{ ref('int_customer_levels') }} as levels
    inner join
        {{ ref('stg_rules__customer_levels') }} as rules
        on levels.customer_level = rules.customer_level
),

measured as (
    select
        customers.customer_key,
        levels.importance_points as customer_level,
        case when groups.group_revenue_365 > 0 then groups.group_revenue_365 end
        / nullif(parameters.company_revenue_plan, 0) as revenue_share,
        {{ days_between('least(customers.created_date, buying.first_purchase_date)', 'context.as_of_date') }}
        / 365.25 as tenure,
        case
            when buying.revenue_365 > 0 then buying.revenue_365
            when not {{ has_invoice('buying') }} and orders.ordered_365 > 0 then orders.ordered_365
        end as revenue,
        -- greatest() skips nulls: an unknown margin would be none
        case
            when
                buying.revenue_365 > 0 and margins.margin_rate is not null
                then greatest(margins.margin_rate, 0)
        end
            as margin_rate,
        case when buying.revenue_365 > 0 then trends.amount_trend end as growth,
        case when buying.revenue_365 > 0 then 1 - behaviours.late_share_amount end as payment_discipline
    from {{ ref('int_customers') }} as customers
    cross join context
    cross join parameters
    left join levels on customers.customer_key = levels.customer_key
    left join {{ ref('int_customer_buying') }} as buying on customers.customer_key = buying.customer_key
    left join {{ ref('int_customer_orders') }} as orders on customers.customer_key = orders.customer_key
    left join {{ ref('int_group_revenue') }} as groups on customers.customer_key = groups.customer_key
    left join {{ ref('int_customer_trends') }} as trends on customers.customer_key = trends.customer_key
    left join {{ ref('int_customer_margins') }} as margins on customers.customer_key = margins.customer_key
    left join {{ ref('int_customer_payment_behaviour') }} as behaviours
        on customers.customer_key = behaviours.customer_key
),

final as (
    {% for factor in [
        'customer_level', 'revenue_share', 'tenure', 'revenue', 'margin_rate', 'growth', 'payment_discipline'
    ] %}
    select
        customer_key,
        '{{ factor }}' as value_factor,
        round(cast({{ factor }} as double), 6) as factor_value
    from measured
    where {{ factor }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
