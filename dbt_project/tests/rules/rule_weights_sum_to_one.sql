-- Fails if the weights of the dimensions, or of the factors of a dimension, do not sum to 1 on a date
-- where either changes.
with weights as (
    select
        'dimensions' as weighted,
        weight,
        effective_from,
        effective_to
    from {{ ref('risk_dimensions') }}
    union all
    select
        dimension as weighted,
        weight,
        effective_from,
        effective_to
    from {{ ref('risk_factors') }}
),

breakpoints as (
    select effective_from as rule_date from weights
    union
    select effective_to as rule_date from weights where effective_to is not null
),

violations as (
    select
        breakpoints.rule_date,
        weights.weighted
    from breakpoints
    inner join weights
        on
            breakpoints.rule_date >= weights.effective_from
            and (breakpoints.rule_date < weights.effective_to or weights.effective_to is null)
    group by breakpoints.rule_date, weights.weighted
    having sum(weights.weight) != 1
)

select * from violations
