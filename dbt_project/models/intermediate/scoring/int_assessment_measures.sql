-- Grain: one row per customer and factor of what others say about it: ratings, courts, industry, age
with legal_counts as (
    select
        legal_events.customer_key,
        credit_evidence.factor_id,
        count(*) as events
    from {{ ref('int_open_legal_events') }} as legal_events
    inner join
        {{ ref('stg_rules__credit_evidence') }} as credit_evidence
        on credit_evidence.entity = 'legal_events' and legal_events.event_type = credit_evidence.evidence_type
    group by legal_events.customer_key, credit_evidence.factor_id
),

final as (
    select
        customer_key,
        factor_id,
        raw_value
    from {{ ref('int_ratings_in_force') }}
    union all
    select
        customer_key,
        factor_id,
        cast(events as double) as raw_value
    from legal_counts
    union all
    select
        customers.customer_key,
        industry_risks.factor_id,
        industry_risks.raw_value
    from {{ ref('int_customers') }} as customers
    inner join {{ ref('int_industry_risks_in_force') }} as industry_risks
        on lower(trim(customers.industry)) = industry_risks.industry
    union all
    select
        customer_key,
        'operating_years' as factor_id,
        operating_years as raw_value
    from {{ ref('int_operating_histories') }}
)

select * from final
