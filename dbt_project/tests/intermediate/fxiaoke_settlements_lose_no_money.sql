-- Fails if a payment part or return settles more than it is worth, a claim is settled beyond its amount,
-- plans are claimed at another amount than staged, or returned goods are credited at another amount.
with

settled as (

    select
        settlement_type || ' ' || settlement_id as subject,
        sum(amount) as amount
    from {{ ref('int_fxiaoke_settlements') }}
    group by settlement_type, settlement_id

),

worth as (

    select
        'payment ' || allocation_id as subject,
        amount
    from {{ ref('int_fxiaoke_payment_parts') }}
    union all
    select
        'return ' || document_id as subject,
        amount
    from {{ ref('stg_fxiaoke__returned_goods') }}

),

claims as (

    select
        'claim ' || document_id as subject,
        amount
    from {{ ref('int_fxiaoke_claims') }}

),

settled_claims as (

    select
        'claim ' || document_id as subject,
        sum(amount) as amount
    from {{ ref('int_fxiaoke_settlements') }}
    group by document_id

),

staged as (

    select
        'plans' as subject,
        sum(plans.amount) as amount
    from {{ ref('stg_fxiaoke__payment_plans') }} as plans
    left join {{ ref('int_fxiaoke_priced_orders') }} as orders
        on plans.order_id = orders.order_id and plans.currency = orders.currency
    where orders.order_id is null or not orders.is_void
    union all
    select
        'returned goods' as subject,
        sum(amount) as amount
    from {{ ref('stg_fxiaoke__returned_goods') }}
    where amount > 0

),

counted as (

    select
        'plans' as subject,
        sum(amount) as amount
    from {{ ref('int_fxiaoke_claims') }}
    where entity = 'payment_plans'
    union all
    select
        'returned goods' as subject,
        sum(amount) as amount
    from {{ ref('int_fxiaoke_credit_notes') }}

),

violations as (

    select settled.subject
    from settled
    left join worth
        on settled.subject = worth.subject
    where settled.amount > coalesce(worth.amount, 0) or settled.amount <= 0
    union all
    select settled_claims.subject
    from settled_claims
    inner join claims
        on settled_claims.subject = claims.subject
    where settled_claims.amount > claims.amount
    union all
    select staged.subject
    from staged
    inner join counted
        on staged.subject = counted.subject
    where coalesce(staged.amount, 0) != coalesce(counted.amount, 0)

)

select * from violations
