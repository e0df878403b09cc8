-- Grain: one row per part of a payment and the claim it settles
-- A part whose plan and order nobody knows has no claim: it is a finding, and its money stays unapplied.
with

claims as (

    select * from {{ ref('int_fxiaoke_claims') }}

),

parts as (

    select * from {{ ref('int_fxiaoke_payment_parts') }}

),

settlements as (

    select * from {{ ref('int_fxiaoke_settlements') }}

),

claimed_orders as (

    select
        order_id,
        currency
    from claims
    where order_id is not null
    group by order_id, currency

),

named as (

    select
        parts.allocation_id,
        parts.receipt_id,
        claims.document_id,
        parts.receipt_date,
        parts.currency,
        parts.amount
    from parts
    left join claims
        on parts.document_id = claims.document_id
    left join claimed_orders
        on parts.order_id = claimed_orders.order_id
    where claims.document_id is not null or claimed_orders.order_id is null

),

queued as (

    select
        settlements.settlement_id || ':' || settlements.document_id as allocation_id,
        parts.receipt_id,
        settlements.document_id,
        parts.receipt_date,
        settlements.currency,
        settlements.amount
    from settlements
    inner join parts
        on settlements.settlement_id = parts.allocation_id
    where settlements.settlement_type = 'payment'

),

placed as (

    select * from named
    union all
    select * from queued

),

final as (

    select
        allocation_id,
        'fxiaoke' as source_system,
        receipt_id,
        document_id,
        receipt_date as applied_date,
        currency,
        amount as applied_amount,
        amount as settled_amount
    from placed

)

select * from final
