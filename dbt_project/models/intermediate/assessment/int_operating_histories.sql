-- Grain: one row per customer whose age somebody recorded: for how many years it is known to be in business
-- A first document alone says nothing: exports begin somewhere. It only proves more than a younger record.
with

context as (

    select * from {{ ref('stg_run__context') }}

),

customers as (

    select * from {{ ref('int_customers') }}

),

behaviours as (

    select * from {{ ref('int_customer_payment_behaviour') }}

),

known as (

    select
        customers.customer_key,
        case when customers.registered_date <= context.as_of_date then customers.registered_date end
            as registered_date,
        case when customers.created_date <= context.as_of_date then customers.created_date end
            as created_date,
        behaviours.first_document_date
    from customers
    cross join context
    left join behaviours
        on customers.customer_key = behaviours.customer_key

),

begun as (

    select
        customer_key,
        least(
            coalesce(registered_date, created_date),
            coalesce(created_date, registered_date),
            coalesce(first_document_date, registered_date, created_date)
        ) as first_date
    from known
    where registered_date is not null or created_date is not null

),

final as (

    select
        begun.customer_key,
        begun.first_date,
        round(cast({{ days_between('begun.first_date', 'context.as_of_date') }} as double) / 365, 2)
            as operating_years
    from begun
    cross join context

)

select * from final
