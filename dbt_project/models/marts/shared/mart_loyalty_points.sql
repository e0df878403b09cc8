-- Grain: one row per customer and loyalty plan: points earned, used, expired and left
with context as (
    select * from {{ ref('stg_run__context') }}
),

final as (
    select
        {{ md5_key(['context.as_of_date', 'points.customer_key', 'points.plan']) }} as loyalty_points_key,
        context.as_of_date,
        points.customer_key,
        customers.customer_id,
        points.plan,
        points.plan_tier,
        points.is_spendable,
        points.is_main_plan,
        cast(points.loyalty_entries as int) as loyalty_entries,
        {% for measure in [
            'points_earned', 'points_redeemed', 'points_expired', 'points_adjusted', 'points_balance',
            'points_expiring', 'points_past_expiry'
        ] %}
        cast(points.{{ measure }} as decimal(18, 2)) as {{ measure }},
        {% endfor %}
        points.next_expiry_date,
        points.last_points_date,
        context.rules_version,
        context.run_id
    from {{ ref('int_customer_points') }} as points
    cross join context
    inner join {{ ref('int_customers') }} as customers on points.customer_key = customers.customer_key
)

select * from final
