-- Fails if who asked for an override also approved it, or it leaves the tier as it is.
with violations as (
    select override_id
    from {{ ref('risk_overrides') }}
    where lower(trim(requested_by)) = lower(trim(approved_by)) or old_tier = new_tier
)

select * from violations
