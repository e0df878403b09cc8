-- Grain: one row per customer and credit factor of what others say about it: ratings, courts, industry, age.
-- All but the ratings count beside a payment record or a rating: alone they judge nobody.
with ratings as (
    select * from {{ ref('int_ratings_in_force') }}
),

judged as (
    select
        customers.customer_key,
        lower(trim(customers.industry)) as industry
    from {{ ref('int_customers') }} as customers
    left join {{ ref('int_customer_due_position') }} as due_positions
        on customers.customer_key = due_positions.customer_key
    left join ratings
        on customers.customer_key = ratings.customer_key
    where due_positions.due_documents > 0 or ratings.customer_key is not null
    group by customers.customer_key, customers.industry
),

legal_counts as (
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

measured as (
    select
        customer_key,
        factor_id,
        raw_value
    from ratings
    union all
    select
        judged.customer_key,
        legal_counts.factor_id,
        cast(legal_counts.events as double) as raw_value
    from judged
    inner join legal_counts on judged.customer_key = legal_counts.customer_key
    union all
    select
        judged.customer_key,
        industry_risks.factor_id,
        industry_risks.raw_value
    from judged
    inner join {{ ref('int_industry_risks_in_force') }} as industry_risks
        on judged.industry = industry_risks.industry
    union all
    select
        judged.customer_key,
        'operating_years' as factor_id,
        histories.operating_years as raw_value
    from judged
    inner join {{ ref('int_operating_histories') }} as histories
        on judged.customer_key = histories.customer_key
),

final as (
    select
        customer_key,
        factor_id,
        raw_value,
        cast(1 as double) as credibility,
        cast(1 as int) as evidence
    from measured
)

select * from final
