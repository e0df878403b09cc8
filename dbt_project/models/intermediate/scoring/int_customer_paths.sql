-- Grain: one row per customer. The path it is assessed on: the first whose conditions it meets. Whoever has
-- bought nothing, is new or has a thin file is not judged by its own record.
with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

customers as (
    select
        customer_key,
        created_date
    from {{ ref('int_customers') }}
),

buying as (
    select * from {{ ref('int_customer_buying') }}
),

behaviours as (
    select * from {{ ref('int_customer_payment_behaviour') }}
),

paths as (
    select * from {{ ref('stg_rules__assessment_paths') }}
),

known as (
    select
        customers.customer_key,
        coalesce(buying.purchases, 0) as purchases,
        coalesce(behaviours.matured_documents, 0) as matured_documents,
        greatest(
            coalesce(buying.tenure_days, 0),
            coalesce({{ days_between('customers.created_date', 'context.as_of_date') }}, 0)
        ) as relation_days
    from customers
    cross join context
    left join buying on customers.customer_key = buying.customer_key
    left join behaviours on customers.customer_key = behaviours.customer_key
),

matched as (
    select
        known.customer_key,
        known.relation_days,
        paths.assessment_path,
        paths.is_assessed,
        paths.is_reviewed,
        row_number() over (
            partition by known.customer_key order by paths.sort_order asc nulls last
        ) as place
    from known
    inner join paths
        on
            known.purchases <= coalesce(paths.max_purchases, known.purchases)
            and known.relation_days <= coalesce(paths.max_relation_days, known.relation_days)
            and known.matured_documents <= coalesce(paths.max_matured_documents, known.matured_documents)
),

final as (
    select
        customer_key,
        cast(relation_days as int) as relation_days,
        assessment_path,
        is_assessed,
        is_reviewed
    from matched
    where place = 1
)

select * from final
