-- Grain: one row per customer: contacts, opportunities and the last sign of life in sales, up to as_of
with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

deals as (
    select * from {{ ref('int_customer_deals') }}
),

activity as (
    select * from {{ ref('int_customer_activity') }}
),

people as (
    select
        customer_key,
        count(*) as contacts,
        max(last_activity_date) as last_activity_date
    from {{ ref('int_contact_touches') }}
    group by customer_key
),

combined as (
    select
        customers.customer_key,
        people.contacts,
        deals.open_opportunities,
        deals.won_365,
        deals.lost_365,
        deals.last_stage_date,
        {{ latest_of([
            'customers.last_activity_date', 'people.last_activity_date', 'deals.last_activity_date',
            'deals.last_stage_date', 'activity.last_activity_date',
        ]) }} as last_activity_date
    from customers
    left join people on customers.customer_key = people.customer_key
    left join deals on customers.customer_key = deals.customer_key
    left join activity on customers.customer_key = activity.customer_key
),

final as (
    select
        combined.customer_key,
        cast(coalesce(combined.contacts, 0) as int) as contacts,
        cast(coalesce(combined.open_opportunities, 0) as int) as open_opportunities,
        cast(coalesce(combined.won_365, 0) as int) as won_365,
        cast(coalesce(combined.lost_365, 0) as int) as lost_365,
        combined.last_stage_date,
        combined.last_activity_date,
        {{ days_between('combined.last_activity_date', 'context.as_of_date') }} as days_since_last_activity
    from combined
    cross join context
)

select * from final
