-- Grain: one row per customer with a credit limit, over all companies of the house
-- 0 means that none was set. A limit has no first day: what is exported holds.
with

{{ newest_row_per_key(raw('erpnext', 'customer_credit_limits'), 'customer, company') }},

final as (

    select
        'erpnext' as source_system,
        customer as source_customer_id,
        cast(sum({{ safe_decimal('credit_limit') }}) as decimal(18, 2)) as credit_limit
    from newest_rows
    where {{ safe_decimal('credit_limit') }} > 0
    group by customer

)

select * from final
