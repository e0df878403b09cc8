-- Grain: one row per customer and protection factor that has a value. Nothing is measured of whom no consent,
-- request or contract is on record.
with wide as (
    select
        *,
        consents + requests + case when nda_state in ('no_contract', 'unknown') then 0 else 1 end as records
    from {{ ref('int_customer_protection') }}
),

measured as (
    select
        customer_key,
        contacts_measured,
        consents,
        requests,
        records,
        uncovered_share,
        case when records > 0 then finding_load end as finding_load,
        request_delay,
        lapsed_share
    from wide
),

final as (
    {{ factor_rows('measured', {
        'uncovered_share': ('contacts_measured', 'contacts_measured'),
        'finding_load': ('records', 'records'),
        'request_delay': ('requests', 'requests'),
        'lapsed_share': ('consents', 'consents')
    }) }}
)

select * from final
