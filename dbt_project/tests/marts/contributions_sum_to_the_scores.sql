-- Fails if the factor contributions of a customer do not add up to a dimension's score or to the
-- composite, the weights of a scored dimension do not sum to 1, or a score is outside 0 to 100. Half a
-- cent of rounding is allowed.
with factors as (
    select
        customer_key,
        {% for dimension in risk_dimensions() %}
        sum(case when dimension = '{{ dimension }}' then contribution else 0 end) as {{ dimension }},
        sum(case when dimension = '{{ dimension }}' then weight else 0 end) as {{ dimension }}_weight,
        {% endfor %}
        sum(composite_contribution) as composite
    from {{ ref('fct_customer_risk_factors') }}
    group by customer_key
),

risks as (
    select * from {{ ref('fct_customer_risk') }}
),

violations as (
    select risks.customer_key
    from risks
    left join factors on risks.customer_key = factors.customer_key
    where
        factors.customer_key is null
        or abs(factors.composite - coalesce(risks.composite_score, 0)) > 0.012
        or risks.composite_score not between 0 and 100
    {% for dimension in risk_dimensions() %}
    or abs(factors.{{ dimension }} - coalesce(risks.{{ dimension }}_score, 0)) > 0.006
    or abs(
        factors.{{ dimension }}_weight - case when risks.{{ dimension }}_score is null then 0 else 1 end
    ) > 0.0001
    or risks.{{ dimension }}_score not between 0 and 100
    or (risks.{{ dimension }}_score is null) != (risks.{{ dimension }}_evidence = 'insufficient_data')
    {% endfor %}
)

select * from violations
