-- Fails if the factor contributions of a customer do not add up to a dimension's score or to the
-- composite, the weights of a scored dimension do not sum to 1, or a score is outside 0 to 100. Half a
-- cent of rounding is allowed.
with factors as (
    select
        customer_key,
        sum(case when dimension = 'credit' then contribution else 0 end) as credit,
        sum(case when dimension = 'credit' then weight else 0 end) as credit_weight,
        sum(case when dimension = 'churn' then contribution else 0 end) as churn,
        sum(case when dimension = 'churn' then weight else 0 end) as churn_weight,
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
        or abs(factors.credit - coalesce(risks.credit_score, 0)) > 0.006
        or abs(factors.churn - coalesce(risks.churn_score, 0)) > 0.006
        or abs(factors.composite - coalesce(risks.composite_score, 0)) > 0.012
        or abs(factors.credit_weight - case when risks.credit_score is null then 0 else 1 end) > 0.0001
        or abs(factors.churn_weight - case when risks.churn_score is null then 0 else 1 end) > 0.0001
        or risks.credit_score not between 0 and 100
        or risks.churn_score not between 0 and 100
        or risks.composite_score not between 0 and 100
        or (risks.credit_score is null) != (risks.credit_evidence = 'insufficient_data')
        or (risks.churn_score is null) != (risks.churn_evidence = 'insufficient_data')
)

select * from violations
