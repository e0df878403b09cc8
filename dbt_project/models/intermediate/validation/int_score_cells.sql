-- Grain: one row per validation date, outcome, dimension, measure, segment and value of the measure
-- Scores have few values: counted once by value, every figure of a ranking is a sum over them.
with counted as (
    select * from {{ ref('int_score_counts') }}
),

-- a pooled row speaks of all windows that do not overlap; it carries the newest of their dates
newest as (
    select
        outcome_id,
        max(validation_date) as validation_date
    from counted
    group by outcome_id
),

pooled as (
    select
        newest.validation_date,
        counted.outcome_id,
        counted.dimension,
        counted.ranked_by,
        counted.ranking_value,
        counted.customers,
        counted.bads
    from counted
    inner join newest on counted.outcome_id = newest.outcome_id
    where counted.is_pooled
),

-- each segment is added up by itself: all of them together would not fit beside each other
{% set segments = [
    ('counted', 'all', none),
    ('counted', 'value_tier', 'value_tier'),
    ('counted', 'assessment_path', 'assessment_path'),
    ('pooled', 'pooled', none),
] %}
final as (
    {% for source, segment_type, column in segments -%}
    select
        validation_date,
        outcome_id,
        dimension,
        '{{ segment_type }}' as segment_type,
        {{ column or "'all'" }} as segment_name,
        ranked_by,
        ranking_value,
        cast(sum(customers) as bigint) as customers,
        cast(sum(bads) as bigint) as bads,
        cast(sum(customers) - sum(bads) as bigint) as goods
    from {{ source }}
    group by
        validation_date, outcome_id, dimension, ranked_by, ranking_value
        {%- if column %}, {{ column }}{% endif %}

    {%- if not loop.last %}
    union all
    {% endif %}
    {%- endfor %}
)

select * from final
