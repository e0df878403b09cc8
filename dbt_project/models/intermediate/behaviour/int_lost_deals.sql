-- Grain: one row per lost opportunity with a reason: its category
-- Reasons are the words of each system, those of files too: value_mappings says what they mean.
with opportunities as (
    select
        opportunity_id,
        split_part(opportunity_id, ':', 1) as source_system,
        lower(trim(lost_reason)) as lost_reason
    from {{ ref('int_opportunities') }}
    where stage = 'lost' and lost_reason is not null
),

lost_reason_values as (

    {{ values_of('opportunities', 'lost_reason') }}

),

final as (
    select
        opportunities.opportunity_id,
        lost_reason_values.canonical_value as lost_reason_category
    from opportunities
    inner join lost_reason_values
        on
            opportunities.source_system = lost_reason_values.source
            and opportunities.lost_reason = lost_reason_values.source_value
)

select * from final
