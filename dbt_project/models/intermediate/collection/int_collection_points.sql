-- Grain: one row per customer with money to be collected and measure of the intensity: points and weight
-- Points are linear inside a band; weights are shared out again among the measures that are known.
with

inputs as (

    select * from {{ ref('int_collection_inputs') }}

),

measures as (

    select * from {{ ref('stg_rules__collection_measures') }}

),

bands as (

    select * from {{ ref('stg_rules__collection_bands') }}

),

banded as (

    select
        inputs.customer_key,
        inputs.measure_id,
        inputs.measure_value,
        measures.reason_code,
        measures.reason_en,
        measures.reason_zh,
        measures.weight as rule_weight,
        {{ band_points('inputs.measure_value', 'bands') }} as points
    from inputs
    inner join measures
        on inputs.measure_id = measures.measure_id
    inner join bands
        on
            inputs.measure_id = bands.measure_id
            and inputs.measure_value >= bands.lower_bound
            and (inputs.measure_value < bands.upper_bound or bands.upper_bound is null)

),

weighted as (

    select
        *,
        cast(rule_weight as double)
        / nullif(cast(sum(rule_weight) over (partition by customer_key) as double), 0) as full_weight
    from banded

),

final as (

    select
        customer_key,
        measure_id,
        measure_value,
        cast(points as double) as points,
        cast(round(full_weight, 6) as double) as weight,
        -- decimal: a sum of doubles depends on the order of the rows
        cast(round(points * full_weight, 6) as decimal(18, 6)) as contribution,
        reason_code,
        reason_en,
        reason_zh
    from weighted

)

select * from final
