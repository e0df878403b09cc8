-- Grain: one row per override of a tier decided up to as_of. It counts only while the rules still give the
-- tier it was decided against: what changed since then was not what the approver saw.
with overrides as (
    select * from {{ ref('stg_rules__risk_overrides') }}
),

identities as (
    select
        source_system,
        source_customer_id,
        customer_key
    from {{ ref('int_customer_identities') }}
),

model_tiers as (
    select * from {{ ref('int_customer_model_tiers') }}
),

placed as (
    select
        overrides.*,
        identities.customer_key,
        model_tiers.model_risk_tier,
        row_number() over (
            partition by identities.customer_key, overrides.is_in_force
            order by overrides.approved_date desc nulls last, overrides.override_id desc nulls last
        ) as newest_first
    from overrides
    left join identities
        on
            overrides.source_system = identities.source_system
            and overrides.source_customer_id = identities.source_customer_id
    left join model_tiers on identities.customer_key = model_tiers.customer_key
),

final as (
    select
        override_id,
        source_system,
        source_customer_id,
        customer_key,
        old_tier,
        new_tier,
        model_risk_tier,
        requested_by,
        approved_by,
        approved_date,
        override_expiry_date,
        reason,
        case
            when customer_key is null then 'unknown_customer'
            when not is_in_force then 'expired'
            when newest_first > 1 then 'replaced'
            when model_risk_tier != old_tier then 'superseded'
            else 'applied'
        end as override_status
    from placed
)

select * from final
