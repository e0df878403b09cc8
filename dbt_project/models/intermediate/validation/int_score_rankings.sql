-- Grain: one row per validation date, outcome, dimension, segment and measure: how well it ranks, with
-- DeLong's standard error. Null where one kind of customer is missing.
with

ranks as (

    select
        *,
        cast(goods_above as double) / nullif(all_goods, 0) as false_positive_rate,
        cast(bads_above as double) / nullif(all_bads, 0) as true_positive_rate
    from {{ ref('int_score_ranks') }}

),

separated as (

    select
        *,
        row_number() over (
            partition by validation_date, outcome_id, dimension, segment_type, segment_name, ranked_by
            order by
                round(abs(true_positive_rate - false_positive_rate), 9) desc nulls last,
                ranking_value asc nulls last
        ) as separation_rank
    from ranks

),

summed as (

    select
        validation_date,
        outcome_id,
        dimension,
        segment_type,
        segment_name,
        ranked_by,
        max(all_bads) as bads,
        max(all_goods) as goods,
        {{ fine_sum('bads * bad_placement') }} / nullif(max(all_bads), 0) as auc,
        {{ fine_sum('bads * bad_placement * bad_placement') }} as bad_squares,
        {{ fine_sum('goods * good_placement * good_placement') }} as good_squares,
        {% for share in [10, 20] -%}
        {{ fine_sum(
            'bads * greatest(least(' ~ share ~ ' * (all_bads + all_goods) / 100.0 - bads_above - goods_above,'
            ~ ' customers), 0) / cast(customers as double)'
        ) }} / nullif(max(all_bads), 0) as capture_{{ share }},
        {% endfor -%}
        max(case when separation_rank = 1 then true_positive_rate end) as ks_true_positive_rate,
        max(case when separation_rank = 1 then false_positive_rate end) as ks_false_positive_rate
    from separated
    group by validation_date, outcome_id, dimension, segment_type, segment_name, ranked_by

),

final as (

    select
        *,
        sqrt(
            greatest(bad_squares - bads * auc * auc, 0) / nullif(bads - 1, 0) / nullif(bads, 0)
            + greatest(good_squares - goods * auc * auc, 0) / nullif(goods - 1, 0) / nullif(goods, 0)
        ) as auc_error,
        abs(ks_true_positive_rate - ks_false_positive_rate) as ks,
        sqrt(
            ks_true_positive_rate * (1 - ks_true_positive_rate) / nullif(bads, 0)
            + ks_false_positive_rate * (1 - ks_false_positive_rate) / nullif(goods, 0)
        ) as ks_error
    from summed

)

select * from final
