-- Grain: one row per customer that was cared for by as_of, or may be: care contacts and their timing
-- Care that nothing permitted is counted apart and never as care. Without a permission today no next day is
-- proposed.
with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

aged as (
    select
        permissions.*,
        {{ days_between('permissions.care_date', 'context.as_of_date') }} < 365 as is_recent
    from {{ ref('int_care_permissions') }} as permissions
    cross join context
    where permissions.care_date <= context.as_of_date
),

cared as (
    select
        customer_key,
        sum(case when is_permitted and is_recent then 1 else 0 end) as care_contacts_365,
        sum(case when is_permitted and is_recent and outcome = 'reached' then 1 else 0 end)
            as care_reached_365,
        sum(case when is_recent and not is_permitted then 1 else 0 end) as care_unpermitted_365,
        sum(case when is_permitted then 1 else 0 end) as care_contacts,
        max(case when is_permitted then care_date end) as last_care_date
    from aged
    group by customer_key
),

measured as (
    select
        customer_values.customer_key,
        cared.care_contacts_365,
        cared.care_reached_365,
        cared.care_unpermitted_365,
        cared.care_contacts,
        cared.last_care_date,
        coalesce(consents.care_consents, 0) as care_consents,
        standards.care_every_days,
        {{ days_between('cared.last_care_date', 'context.as_of_date') }} as days_since_care
    from {{ ref('int_customer_values') }} as customer_values
    cross join context
    inner join {{ ref('stg_rules__relationship_standards') }} as standards
        on customer_values.value_tier = standards.value_tier
    left join cared on customer_values.customer_key = cared.customer_key
    left join {{ ref('int_customer_care_consents') }} as consents
        on customer_values.customer_key = consents.customer_key
    where cared.customer_key is not null or consents.customer_key is not null
),

final as (
    select
        customer_key,
        cast(coalesce(care_contacts_365, 0) as int) as care_contacts_365,
        cast(coalesce(care_reached_365, 0) as int) as care_reached_365,
        cast(coalesce(care_unpermitted_365, 0) as int) as care_unpermitted_365,
        cast(coalesce(care_contacts, 0) as int) as care_contacts,
        care_consents,
        last_care_date,
        days_since_care,
        round(cast(days_since_care as double) / nullif(care_every_days, 0), 6) as care_gap,
        case when care_consents > 0 then {{ add_days('last_care_date', 'care_every_days') }} end
            as next_care_date
    from measured
)

select * from final
