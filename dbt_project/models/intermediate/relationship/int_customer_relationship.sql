-- Grain: one row per customer of a CRM: how well it is looked after against what its value tier is promised
with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

customers as (
    select * from {{ ref('int_customers') }}
    where is_in_crm
),

measured as (
    select
        customers.customer_key,
        customer_values.value_tier,
        standards.contact_every_days,
        engagements.last_activity_date,
        engagements.days_since_last_activity,
        -- a change after as_of had not happened yet
        case
            when
                customers.owner_changed_date > context.as_of_date
                then greatest(customers.owner_changes - 1, 0)
            else coalesce(
                customers.owner_changes, case when customers.owner_changed_date is not null then 1 end
            )
        end as owner_changes,
        case when customers.owner_changed_date <= context.as_of_date then customers.owner_changed_date end
            as owner_changed_date,
        greatest(coalesce(tenures.factor_value, 1), 1) as years_known
    from customers
    cross join context
    inner join {{ ref('int_customer_values') }} as customer_values
        on customers.customer_key = customer_values.customer_key
    inner join {{ ref('stg_rules__relationship_standards') }} as standards
        on customer_values.value_tier = standards.value_tier
    left join {{ ref('int_customer_engagement') }} as engagements
        on customers.customer_key = engagements.customer_key
    left join {{ ref('int_value_inputs') }} as tenures
        on customers.customer_key = tenures.customer_key and tenures.value_factor = 'tenure'
),

final as (
    select
        measured.customer_key,
        measured.value_tier,
        measured.contact_every_days,
        measured.last_activity_date,
        measured.days_since_last_activity,
        round(cast(measured.days_since_last_activity as double) / nullif(measured.contact_every_days, 0), 6)
            as follow_up_gap,
        {{ add_days('measured.last_activity_date', 'measured.contact_every_days') }} as follow_up_due_date,
        cast(measured.owner_changes as int) as owner_changes,
        measured.owner_changed_date,
        round(measured.owner_changes / nullif(measured.years_known, 0), 6) as owner_changes_per_year,
        coalesce(people.contacts, 0) as contacts,
        coalesce(people.contacts_titled, 0) as contacts_titled,
        people.contacts_wanted,
        coalesce(people.contacts_touched, 0) as contacts_touched,
        coalesce(people.decision_makers, 0) as decision_makers,
        coalesce(people.decision_makers_touched, 0) as decision_makers_touched,
        people.contact_coverage,
        people.decision_maker_gap,
        completeness.attributes_required,
        completeness.data_completeness,
        completeness.missing_attributes
    from measured
    left join {{ ref('int_customer_people') }} as people on measured.customer_key = people.customer_key
    left join {{ ref('int_customer_completeness') }} as completeness
        on measured.customer_key = completeness.customer_key
)

select * from final
