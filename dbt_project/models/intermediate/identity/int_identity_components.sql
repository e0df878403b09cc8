-- Grain: one row per linked source customer: the smallest label it is linked to, directly or through others
-- A fixed number of rounds: three systems need two, the rest is for chains through the key map.
with

links as (

    select * from {{ ref('int_identity_links') }}

),

round_0 as (

    select
        member_label,
        source_system,
        min(method_rank) as method_rank,
        max(case when is_mapped then 1 else 0 end) as is_mapped_away,
        member_label as component_label
    from links
    group by member_label, source_system

),

{% for round in range(1, 6) %}

round_{{ round }} as (

    select
        members.member_label,
        members.source_system,
        members.method_rank,
        members.is_mapped_away,
        least(members.component_label, min(linked.component_label)) as component_label
    from round_{{ round - 1 }} as members
    inner join links
        on members.member_label = links.member_label
    inner join round_{{ round - 1 }} as linked
        on links.linked_label = linked.member_label
    group by
        members.member_label, members.source_system, members.method_rank, members.is_mapped_away,
        members.component_label

),
{% endfor %}

unsettled as (

    -- still moving after the last round: too long a chain to trust
    select round_5.component_label
    from round_5
    inner join links
        on round_5.member_label = links.member_label
    inner join round_5 as linked
        on links.linked_label = linked.member_label
    where round_5.component_label != linked.component_label

),

crowded as (

    -- two customers of one system that nobody mapped by hand
    select component_label
    from round_5
    where is_mapped_away = 0
    group by component_label, source_system
    having count(*) > 1

),

conflicting as (

    select component_label from unsettled
    union
    select component_label from crowded

),

final as (

    select
        round_5.member_label,
        round_5.component_label,
        round_5.method_rank,
        conflicting.component_label is not null as is_conflicting
    from round_5
    left join conflicting
        on round_5.component_label = conflicting.component_label

)

select * from final
