-- Grain: one row per source customer left apart although evidence names others, and reason
with

identities as (

    select * from {{ ref('int_customer_identities') }}

),

doubts as (

    select * from {{ ref('int_identity_doubts') }}

),

final as (

    select
        identities.source_system,
        identities.source_customer_id,
        identities.customer_key,
        doubts.reason_code,
        cast(max(doubts.candidates) as int) as candidates
    from identities
    inner join doubts
        on identities.member_label = doubts.member_label
    -- once placed by other evidence, nothing is left to decide
    where identities.match_method = 'unmatched'
    group by
        identities.source_system,
        identities.source_customer_id,
        identities.customer_key,
        doubts.reason_code

)

select * from final
