-- Fails if the resolution of identities dropped or doubled a customer of any source.
with

counts as (

    select
        (select count(*) from {{ ref('int_source_customers') }}) as customers,
        (select count(*) from {{ ref('int_customer_identities') }}) as identities,
        (select count(distinct customer_key) from {{ ref('int_customer_identities') }}) as merged,
        (select count(*) from {{ ref('int_customers') }}) as resolved

)

select *
from counts
where customers != identities or merged != resolved
