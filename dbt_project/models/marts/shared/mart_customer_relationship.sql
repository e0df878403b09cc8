-- Grain: one row per customer that a CRM looks after: how well, against what its value tier is promised
-- People are counted, never named.
with context as (
    select * from {{ ref('stg_run__context') }}
),

final as (
    select
        {{ md5_key(['context.as_of_date', 'relationships.customer_key']) }} as customer_relationship_key,
        context.as_of_date,
        relationships.customer_key,
        customers.customer_id,
        customers.customer_name,
        relationships.value_tier,
        cast(scores.score as double) as relationship_score,
        relationships.last_activity_date,
        cast(relationships.days_since_last_activity as int) as days_since_last_activity,
        cast(relationships.contact_every_days as int) as contact_every_days,
        cast(relationships.follow_up_gap as double) as follow_up_gap,
        relationships.follow_up_due_date,
        cast(relationships.contacts as int) as contacts,
        cast(relationships.contacts_touched as int) as contacts_touched,
        cast(relationships.contacts_wanted as int) as contacts_wanted,
        cast(relationships.contact_coverage as double) as contact_coverage,
        cast(relationships.decision_makers as int) as decision_makers,
        cast(relationships.decision_makers_touched as int) as decision_makers_touched,
        cast(relationships.owner_changes as int) as owner_changes,
        relationships.owner_changed_date,
        cast(relationships.data_completeness as double) as data_completeness,
        relationships.missing_attributes,
        context.rules_version,
        context.run_id
    from {{ ref('int_customer_relationship') }} as relationships
    cross join context
    inner join {{ ref('int_customers') }} as customers on relationships.customer_key = customers.customer_key
    left join {{ ref('int_dimension_scores') }} as scores
        on relationships.customer_key = scores.customer_key and scores.dimension = 'relationship'
)

select * from final
