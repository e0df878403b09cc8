-- Fails if a document or receipt belongs to a customer that int_customers does not have.
with

owners as (

    select customer_key from {{ ref('int_document_balances') }}
    union
    select customer_key from {{ ref('int_receipts') }}

)

select owners.customer_key
from owners
left join {{ ref('int_customers') }} as customers
    on owners.customer_key = customers.customer_key
where customers.customer_key is null
