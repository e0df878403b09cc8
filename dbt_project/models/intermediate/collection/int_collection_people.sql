-- Grain: one row per customer with money overdue and somebody who may be called about it: how many people, in
-- which roles; who they are stands in the source
-- Only who did not opt out, with a consent in force whose purpose and channel reach a business call. One
-- given without a person covers all people of the customer.
with

context as (

    select as_of_date from {{ ref('stg_run__context') }}

),

arrears as (

    select * from {{ ref('int_customer_arrears') }}

),

contacts as (

    select * from {{ ref('int_contacts') }}

),

consents as (

    select * from {{ ref('int_consent_states') }}
    where consent_state in ('active', 'expiring')

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
        contacts.customer_key,
        cast(count(distinct contacts.contact_id) as int) as people_to_call,
        {{ sorted_list('roles.contact_role') }} as call_roles
    from contacts
    cross join context
    inner join arrears
        on contacts.customer_key = arrears.customer_key
    inner join consents
        on
            contacts.customer_key = consents.customer_key
            and coalesce(contacts.contact_id = consents.contact_id, true)
    inner join call_rules
        on
            consents.purpose = call_rules.purpose
            and (consents.channel is null or consents.channel = call_rules.channel)
    left join roles
        on contacts.job_title = roles.job_title
    where
        not coalesce(contacts.is_opted_out, false)
        and coalesce(contacts.created_date <= context.as_of_date, true)
    group by contacts.customer_key

)

select * from final
