-- Grain: one row per care contact with a customer: whether a consent covered its person, day and channel
-- What covers a contact is decided once, for the privacy register and for loyalty.
with final as (
    select
        care.care_id,
        care.customer_key,
        care.contact_id,
        care.care_date,
        care.channel,
        care.outcome,
        coalesce(coverage.coverage = 'covered', false) as is_permitted
    from {{ ref('int_care_contacts') }} as care
    left join {{ ref('int_contact_coverage') }} as coverage
        on care.care_id = coverage.record_id and coverage.record_type = 'care'
    where care.customer_key is not null
)

select * from final
