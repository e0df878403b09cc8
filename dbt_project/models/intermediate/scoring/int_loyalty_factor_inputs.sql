-- Grain: one row per customer and loyalty factor with a value, before shrinking. Points count from the plan
-- whose points can be spent, care only where it was permitted.
with wide as (
    select
        customers.customer_key,
        buying.purchases,
        rfm.rfm_mean,
        points.loyalty_entries,
        points.points_used_share,
        points.points_silence_days,
        case
            when points.points_balance > 0 then least(points.points_expiring / points.points_balance, 1)
        end as points_expiring_share,
        care.care_contacts,
        care.care_gap
    from {{ ref('int_customers') }} as customers
    left join {{ ref('int_customer_buying') }} as buying on customers.customer_key = buying.customer_key
    left join {{ ref('int_customer_rfm') }} as rfm on customers.customer_key = rfm.customer_key
    left join {{ ref('int_customer_points') }} as points
        on customers.customer_key = points.customer_key and points.is_main_plan
    left join {{ ref('int_customer_care') }} as care on customers.customer_key = care.customer_key
),

final as (
    {{ factor_rows('wide', {
        'rfm_mean': ('purchases', 'purchases'),
        'points_used_share': ('loyalty_entries', 'loyalty_entries'),
        'points_silence_days': ('loyalty_entries', 'loyalty_entries'),
        'points_expiring_share': ('loyalty_entries', 'loyalty_entries'),
        'care_gap': ('care_contacts', 'care_contacts'),
    }) }}
)

select * from final
