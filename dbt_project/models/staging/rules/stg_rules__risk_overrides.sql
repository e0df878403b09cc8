-- Grain: one row per override of a tier decided up to as_of, expired ones included
with

rules as (

    select * from {{ ref('risk_overrides') }}

),

context as (

    select * from {{ ref('stg_run__context') }}

),

final as (

    select
        rules.override_id,
        rules.source_system,
        rules.source_customer_id,
        rules.old_tier,
        rules.new_tier,
        rules.requested_by,
        rules.approved_by,
        rules.effective_from as approved_date,
        rules.effective_to as override_expiry_date,
        rules.rationale as reason,
        rules.rules_version,
        -- without an end it never began: nobody approved for good
        coalesce(rules.effective_to > context.as_of_date, false) as is_in_force
    from rules
    cross join context
    where rules.effective_from <= context.as_of_date

)

select * from final
