-- Grain: one row per rated contract with evidence: its own risk by the factors and bands of the dimension
-- Weights are shared out again among the factors that have a value, as in the customer's score.
with

signals as (

    select * from {{ ref('int_contract_signals') }}

),

factors as (

    select * from {{ ref('stg_rules__risk_factors') }}
    where dimension = 'contract'

),

bands as (

    select * from {{ ref('stg_rules__factor_bands') }}

),

values_long as (

    {% for factor_id in [
        'clause_gap', 'customer_breaches', 'customer_delay', 'company_delay', 'unfulfilled_share', 'expiry_pressure'
    ] -%}
    select
        contract_id,
        '{{ factor_id }}' as factor_id,
        cast({{ factor_id }} as double) as factor_value
    from signals
    where {{ factor_id }} is not null
    {% if not loop.last -%}
    union all
    {% endif -%}
    {% endfor %}

),

scored as (

    select
        values_long.contract_id,
        factors.reason_code,
        factors.reason_en,
        factors.reason_zh,
        factors.weight,
        {{ band_points('values_long.factor_value', 'bands') }} as points
    from values_long
    inner join factors
        on values_long.factor_id = factors.factor_id
    inner join bands
        on
            values_long.factor_id = bands.factor_id
            and values_long.factor_value >= bands.lower_bound
            and (values_long.factor_value < bands.upper_bound or bands.upper_bound is null)

),

ranked as (

    select
        *,
        row_number() over (
            partition by contract_id
            order by round(points * weight, 6) desc nulls last, reason_code asc nulls last
        ) as reason_rank
    from scored

),

final as (

    select
        contract_id,
        round(
            cast(sum(cast(points * weight as decimal(18, 6))) as double)
            / nullif(cast(sum(cast(weight as decimal(18, 6))) as double), 0), 2
        ) as contract_risk_score,
        max(case when reason_rank = 1 and points > 0 then reason_code end) as reason_1_code,
        max(case when reason_rank = 1 and points > 0 then reason_en end) as reason_1_en,
        max(case when reason_rank = 1 and points > 0 then reason_zh end) as reason_1_zh
    from ranked
    group by contract_id

)

select * from final
