-- Grain: one row per contact person, purpose and channel on which it may be contacted on as_of
-- Who is not here may not be contacted: the register counts whose basis is missing (consent_missing). The
-- person is its record in the CRM; no name, address or number.
with context as (
    select * from {{ ref('stg_run__context') }}
),

permissions as (
    select * from {{ ref('int_contact_permissions') }}
),

customers as (
    select
        customer_key,
        customer_id
    from {{ ref('int_customers') }}
),

final as (
    select
        {{ md5_key([
            'context.as_of_date', 'permissions.contact_id', 'permissions.purpose', 'permissions.channel'
        ]) }} as permitted_contact_key,
        context.as_of_date,
        permissions.customer_key,
        customers.customer_id,
        permissions.contact_id,
        permissions.purpose,
        permissions.channel,
        permissions.legal_basis,
        permissions.consent_state,
        permissions.given_date,
        permissions.expiry_date,
        cast({{ days_between('context.as_of_date', 'permissions.expiry_date') }} as int) as days_left,
        context.rules_version,
        context.run_id
    from permissions
    cross join context
    inner join customers on permissions.customer_key = customers.customer_key
)

select * from final
