-- Grain: one row per customer and credit factor of what others say about it, before shrinking. All but the
-- ratings count beside a payment record or a rating: alone they judge nobody.
with judged as (
    select customer_key
    from {{ ref('int_customer_due_position') }}
    where due_documents > 0
    union
    select customer_key from {{ ref('int_ratings_in_force') }}
),

final as (
    select
        measures.customer_key,
        measures.factor_id,
        measures.raw_value,
        cast(1 as double) as credibility,
        cast(1 as int) as evidence
    from {{ ref('int_assessment_measures') }} as measures
    inner join judged on measures.customer_key = judged.customer_key
)

select * from final
