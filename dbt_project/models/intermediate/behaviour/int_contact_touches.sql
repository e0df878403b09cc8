-- Grain: one row per contact person known at as_of, with the last day anybody of us was in touch
-- Only what took place counts: an activity that is not completed is a plan.
with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

contacts as (
    select * from {{ ref('int_contacts') }}
),

touches as (
    select
        activities.contact_id,
        max(activities.activity_date) as last_activity_date
    from {{ ref('int_activities') }} as activities
    cross join context
    where
        activities.contact_id is not null
        and activities.activity_date <= context.as_of_date
        and coalesce(activities.is_completed, true)
    group by activities.contact_id
),

final as (
    select
        contacts.contact_id,
        contacts.customer_key,
        contacts.job_title,
        {{ latest_of([
            'touches.last_activity_date',
            'case when contacts.last_activity_date <= context.as_of_date then contacts.last_activity_date end',
        ]) }} as last_activity_date
    from contacts
    cross join context
    left join touches on contacts.contact_id = touches.contact_id
    where coalesce(contacts.created_date, context.as_of_date) <= context.as_of_date
)

select * from final
