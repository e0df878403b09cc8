-- Grain: one row per customer and satisfaction factor that has a value. Means of the ratings rather than NPS
-- and CSAT: two answers of one customer cannot be a percentage.
with customers as (
    select * from {{ ref('int_customer_satisfaction') }}
),

wide as (
    select
        customer_key,
        invited,
        nps_answers,
        csat_answers,
        ces_answers,
        nps_mean as recommendation,
        csat_mean as contentment,
        ces_mean as effort_ease,
        round(1 - cast(answered as double) / nullif(invited, 0), 6) as unanswered_share
    from customers
),

final as (
    {{ factor_rows('wide', {
        'recommendation': ('nps_answers', 'nps_answers'),
        'contentment': ('csat_answers', 'csat_answers'),
        'effort_ease': ('ces_answers', 'ces_answers'),
        'unanswered_share': ('invited', 'invited')
    }) }}
)

select * from final
