-- Fails if the worklist leaves out a customer with money overdue, or its parts are not what is overdue.
with

collections as (

    select * from {{ ref('mart_collections') }}

),

customers as (

    select * from {{ ref('fct_customer_risk') }}
    where overdue_documents > 0

)

select
    customers.customer_key,
    collections.customer_key as listed_key,
    customers.overdue_balance,
    collections.overdue_balance as listed_balance
from customers
full outer join collections
    on customers.customer_key = collections.customer_key
where
    customers.customer_key is null
    or collections.customer_key is null
    or customers.overdue_balance != collections.overdue_balance
    or collections.overdue_balance
    != collections.disputed_balance + collections.promised_balance + collections.collectable_balance
