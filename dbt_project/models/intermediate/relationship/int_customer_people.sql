-- Grain: one row per customer with a contact person known at as_of: who is known and who was met lately
-- What is wanted follows from the value tier. Without any job title nothing is known about who decides.
with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

people as (
    select
        touches.customer_key,
        touches.job_title,
        standards.contacts_wanted,
        standards.decision_maker_wanted,
        coalesce(roles.contact_role = 'decision_maker', false) as is_decision_maker,
        coalesce(
            {{ days_between('touches.last_activity_date', 'context.as_of_date') }}
            <= standards.contact_touched_days,
            false
        ) as is_touched
    from {{ ref('int_contact_touches') }} as touches
    cross join context
    inner join {{ ref('int_customer_values') }} as customer_values
        on touches.customer_key = customer_values.customer_key
    inner join {{ ref('stg_rules__relationship_standards') }} as standards
        on customer_values.value_tier = standards.value_tier
    left join {{ ref('int_job_title_roles') }} as roles on touches.job_title = roles.job_title
),

counted as (
    select
        customer_key,
        contacts_wanted,
        decision_maker_wanted,
        count(*) as contacts,
        count(job_title) as contacts_titled,
        sum(case when is_touched then 1 else 0 end) as contacts_touched,
        sum(case when is_decision_maker then 1 else 0 end) as decision_makers,
        sum(case when is_decision_maker and is_touched then 1 else 0 end) as decision_makers_touched
    from people
    group by customer_key, contacts_wanted, decision_maker_wanted
),

final as (
    select
        customer_key,
        cast(contacts as int) as contacts,
        cast(contacts_titled as int) as contacts_titled,
        contacts_wanted,
        cast(contacts_touched as int) as contacts_touched,
        cast(decision_makers as int) as decision_makers,
        cast(decision_makers_touched as int) as decision_makers_touched,
        round(least(cast(contacts_touched as double) / nullif(contacts_wanted, 0), 1), 6) as contact_coverage,
        -- 0 met lately, a half known, 1 nobody
        case
            when decision_maker_wanted and contacts_titled > 0
                then 1 - (least(decision_makers, 1) + least(decision_makers_touched, 1)) / cast(2 as double)
        end as decision_maker_gap
    from counted
)

select * from final
