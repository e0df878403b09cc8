-- Grain: one row per validation date, outcome, dimension, segment, measure and value: its place in the
-- ranking. A placement is the share of the other kind that ranks on the right side; those of the same value
-- count half.
with

cells as (

    select * from {{ ref('int_score_cells') }}

),

summed as (

    select
        *,
        cast(sum(bads) over whole as bigint) as all_bads,
        cast(sum(goods) over whole as bigint) as all_goods,
        cast(coalesce(sum(bads) over below, 0) as bigint) as bads_below,
        cast(coalesce(sum(goods) over below, 0) as bigint) as goods_below
    from cells
    window
        whole as (
            partition by validation_date, outcome_id, dimension, segment_type, segment_name, ranked_by
        ),
        below as (
            partition by validation_date, outcome_id, dimension, segment_type, segment_name, ranked_by
            order by ranking_value asc
            rows between unbounded preceding and 1 preceding
        )

),

final as (

    select
        *,
        (goods_below + cast(goods as double) / 2) / nullif(all_goods, 0) as bad_placement,
        (all_bads - bads_below - cast(bads as double) / 2) / nullif(all_bads, 0) as good_placement,
        all_bads - bads_below - bads as bads_above,
        all_goods - goods_below - goods as goods_above
    from summed

)

select * from final
