-- Grain: one row per customer: importance, contribution and the value tier they make
-- A component nothing is known of is in the class without a score range: unknown importance, no contribution.
with scores as (
    select
        customers.customer_key,
        round(
            {{ exact_sum(
                "case when points.value_component = 'importance' then points.value_points * points.weight end"
            ) }},
            2
        )
            as importance_score,
        round(
            {{ exact_sum(
                "case when points.value_component = 'contribution' then points.value_points * points.weight end"
            ) }},
            2
        )
            as contribution_score
    from {{ ref('int_customers') }} as customers
    left join {{ ref('int_value_points') }} as points on customers.customer_key = points.customer_key
    group by customers.customer_key
),

classes as (
    select * from {{ ref('stg_rules__value_classes') }}
),

matrix as (
    select * from {{ ref('stg_rules__value_matrix') }}
),

tiers as (
    select
        value_tier,
        rank as value_rank
    from {{ ref('stg_rules__value_tiers') }}
),

final as (
    select
        scores.customer_key,
        scores.importance_score,
        importance.value_class as importance_class,
        scores.contribution_score,
        contribution.value_class as contribution_class,
        tiers.value_tier,
        tiers.value_rank
    from scores
    inner join classes as importance
        on
            importance.value_component = 'importance'
            and {{ in_score_range('scores.importance_score', 'importance') }}
    inner join classes as contribution
        on
            contribution.value_component = 'contribution'
            and {{ in_score_range('scores.contribution_score', 'contribution') }}
    inner join matrix
        on
            importance.value_class = matrix.importance_class
            and contribution.value_class = matrix.contribution_class
    inner join tiers on matrix.value_tier = tiers.value_tier
)

select * from final
