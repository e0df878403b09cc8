-- Grain: one row per accepted link, in each direction
-- Between a customer and another system only the strongest method counts: key map, tax id, external id.
with

candidates as (

    select * from {{ ref('int_identity_candidates') }}

),

directed as (

    select
        left_system as source_system,
        left_label as member_label,
        right_system as linked_system,
        right_label as linked_label,
        match_method,
        method_rank,
        match_method = 'key_map' as is_mapped
    from candidates
    where left_members = 1 and right_members = 1
    union all
    select
        right_system as source_system,
        right_label as member_label,
        left_system as linked_system,
        left_label as linked_label,
        match_method,
        method_rank,
        false as is_mapped
    from candidates
    where left_members = 1 and right_members = 1

),

strongest as (

    select
        member_label,
        linked_system,
        min(method_rank) as method_rank
    from directed
    group by member_label, linked_system

),

final as (

    select directed.*
    from directed
    inner join strongest
        on
            directed.member_label = strongest.member_label
            and directed.linked_system = strongest.linked_system
            and directed.method_rank = strongest.method_rank
    -- the other end must not have a stronger link back to this system
    inner join strongest as strongest_back
        on
            directed.linked_label = strongest_back.member_label
            and directed.source_system = strongest_back.linked_system
            and directed.method_rank = strongest_back.method_rank

)

select * from final
