-- Fails if a dimension of the rules has no columns in the risk fact, or columns without a rule: it would
-- count in the composite and be seen nowhere.
with known as (
    {% for dimension in risk_dimensions() %}
    select '{{ dimension }}' as dimension
    {{ "union all" if not loop.last }}
    {% endfor %}
),

rules as (
    select dimension from {{ ref('stg_rules__risk_dimensions') }}
),

violations as (
    select coalesce(known.dimension, rules.dimension) as dimension
    from known
    full outer join rules on known.dimension = rules.dimension
    where known.dimension is null or rules.dimension is null
)

select * from violations
