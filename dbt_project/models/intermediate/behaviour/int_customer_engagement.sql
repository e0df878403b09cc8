-- Grain: one row per customer: contacts, opportunities and the last sign of life in sales, up to as_of
with

context as (

    select * from {{ ref('stg_run__context') }}

),

customers as (

    select * from {{ ref('int_customers') }}

),

contacts as (

    select * from {{ ref('int_contacts') }}

),

opportunities as (

    select * from {{ ref('int_opportunities') }}

),

people as (

    select
        contacts.customer_key,
        count(*) as contacts,
        max(case when contacts.last_activity_date <= context.as_of_date then contacts.last_activity_date end)
            as last_activity_date
    from contacts
    cross join context
    where coalesce(contacts.created_date, context.as_of_date) <= context.as_of_date
    group by contacts.customer_key

),

aged as (

    select
        opportunities.*,
        -- decided after as_of was still open on that day
        opportunities.stage != 'open' and opportunities.close_date <= context.as_of_date as is_decided,
        {{ days_between('opportunities.close_date', 'context.as_of_date') }} as days_since_close,
        context.as_of_date
    from opportunities
    cross join context
    where coalesce(opportunities.created_date, context.as_of_date) <= context.as_of_date

),

pursuits as (

    select
        customer_key,
        sum(case when coalesce(is_decided, false) then 0 else 1 end) as open_opportunities,
        sum(case when is_decided and stage = 'won' and days_since_close < 365 then 1 else 0 end) as won_365,
        sum(case when is_decided and stage = 'lost' and days_since_close < 365 then 1 else 0 end) as lost_365,
        max(case when is_decided then close_date end) as last_stage_date,
        max(case when last_activity_date <= as_of_date then last_activity_date end) as last_activity_date
    from aged
    group by customer_key

),

combined as (

    select
        customers.customer_key,
        people.contacts,
        pursuits.open_opportunities,
        pursuits.won_365,
        pursuits.lost_365,
        pursuits.last_stage_date,
        {{ latest_of([
            'customers.last_activity_date', 'people.last_activity_date', 'pursuits.last_activity_date',
            'pursuits.last_stage_date',
        ]) }} as last_activity_date
    from customers
    left join people
        on customers.customer_key = people.customer_key
    left join pursuits
        on customers.customer_key = pursuits.customer_key

),

final as (

    select
        combined.customer_key,
        cast(coalesce(combined.contacts, 0) as int) as contacts,
        cast(coalesce(combined.open_opportunities, 0) as int) as open_opportunities,
        cast(coalesce(combined.won_365, 0) as int) as won_365,
        cast(coalesce(combined.lost_365, 0) as int) as lost_365,
        combined.last_stage_date,
        {{ days_between('combined.last_activity_date', 'context.as_of_date') }} as days_since_last_activity
    from combined
    cross join context

)

select * from final
