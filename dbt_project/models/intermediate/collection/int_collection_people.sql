-- Grain: one row per customer with money overdue and somebody who may be called about it: how many people, in
-- which roles; who they are stands in mart_permitted_contacts
with

arrears as (

    select * from {{ ref('int_customer_arrears') }}

),

contacts as (

    select * from {{ ref('int_contacts') }}

),

permissions as (

    select * from {{ ref('int_contact_permissions') }}

),

call_rules as (

    select
        channel,
        purpose
    from {{ ref('stg_rules__contact_rules') }}
    where record_type = 'activity' and contact_type = 'call'

),

roles as (

    select * from {{ ref('int_job_title_roles') }}

),

final as (

    select
        permissions.customer_key,
        cast(count(distinct permissions.contact_id) as int) as people_to_call,
        {{ sorted_list('roles.contact_role') }} as call_roles
    from permissions
    inner join arrears
        on permissions.customer_key = arrears.customer_key
    inner join call_rules
        on
            permissions.purpose = call_rules.purpose
            and permissions.channel = call_rules.channel
    inner join contacts
        on permissions.contact_id = contacts.contact_id
    left join roles
        on contacts.job_title = roles.job_title
    group by permissions.customer_key

)

select * from final
