-- Grain: one row: what turns odds into points. odds = bad/good, b = PDO / ln 2, a = points0 + b x ln(odds0)
with

parameters as (

    select
        max(case when parameter = 'scaling_points' then value end) as points0,
        max(case when parameter = 'scaling_goods_per_bad' then value end) as goods_per_bad,
        max(case when parameter = 'scaling_double_odds' then value end) as double_odds
    from {{ ref('stg_rules__model_parameters') }}

),

final as (

    select
        double_odds / ln(2) as scaling_b,
        points0 + double_odds / ln(2) * ln(1 / nullif(goods_per_bad, 0)) as scaling_a
    from parameters

)

select * from final
