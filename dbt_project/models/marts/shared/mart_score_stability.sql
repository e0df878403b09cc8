-- Grain: one row per date and score, or factor at this version's date: has the population shifted since a
-- year before? PSI over fixed cells; by chance alone it would be psi_by_chance.
with context as (
    select * from {{ ref('stg_run__context') }}
),

parameters as (
    select
        max(case when parameter = 'stability_look' then value end) as look,
        max(case when parameter = 'stability_shifted' then value end) as shifted,
        max(case when parameter = 'validation_floor_customers' then value end) as floor_customers
    from {{ ref('stg_rules__model_parameters') }}
),

summed as (
    select
        validation_date,
        reference_date,
        measure_type,
        measure_name,
        count(*) as cells,
        sum(customers) as customers,
        sum(reference_customers) as reference_customers,
        sum(case when cell != -1 then customers else 0 end) as scored,
        sum(case when cell != -1 then reference_customers else 0 end) as reference_scored,
        {{ fine_sum('(share - reference_share) * ln(share / nullif(reference_share, 0))') }} as psi
    from {{ ref('int_population_shifts') }}
    group by validation_date, reference_date, measure_type, measure_name
),

judged as (
    select
        summed.*,
        parameters.look,
        parameters.shifted,
        least(summed.customers, summed.reference_customers) >= parameters.floor_customers as is_sufficient
    from summed
    cross join parameters
),

final as (
    select
        {{ md5_key([
            'context.as_of_date', 'judged.validation_date', 'judged.measure_type', 'judged.measure_name'
        ]) }} as score_stability_key,
        context.as_of_date,
        judged.validation_date,
        judged.reference_date,
        judged.measure_type,
        judged.measure_name,
        cast(judged.customers as int) as customers,
        cast(judged.reference_customers as int) as reference_customers,
        {{ share_of('judged.scored', 'judged.customers') }} as scored_share,
        {{ share_of('judged.reference_scored', 'judged.reference_customers') }} as reference_scored_share,
        {{ claimed('psi') }} as psi,
        {{ claimed(
            '(cells - 1) * (1.0 / nullif(customers, 0) + 1.0 / nullif(reference_customers, 0))'
        ) }} as psi_by_chance,
        case
            when not judged.is_sufficient then 'insufficient'
            when round(judged.psi, 6) >= judged.shifted then 'shifted'
            when round(judged.psi, 6) >= judged.look then 'look'
            else 'stable'
        end as stability_status,
        context.rules_version,
        context.run_id
    from judged
    cross join context
)

select * from final
