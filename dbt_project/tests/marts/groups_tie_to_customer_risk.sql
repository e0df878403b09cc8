-- Fails if the groups do not add up to the customers: exposure lost, or counted twice.
with

grouped as (

    select
        sum(group_exposure) as exposure,
        sum(group_members) as customers
    from {{ ref('mart_group_exposure') }}

),

single as (

    select
        sum(exposure) as exposure,
        count(*) as customers
    from {{ ref('fct_customer_risk') }}

)

select
    grouped.exposure,
    single.exposure as customer_exposure
from grouped
cross join single
where grouped.exposure != single.exposure or grouped.customers != single.customers
