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

placed as (

    select
        parts.allocation_id,
        parts.allocation_id as part_id,
        claims.document_id,
        parts.amount
    from parts
    left join claims
        on parts.document_id = claims.document_id
    left join claimed_orders
        on parts.order_id = claimed_orders.order_id and parts.currency = claimed_orders.currency
    where claims.document_id is not null or claimed_orders.order_id is null
    union all
    select
        settlement_id || ':' || document_id as allocation_id,
        settlement_id as part_id,
        document_id,
        amount
    from settlements
    where settlement_type = 'payment'

),

final as (

    select
        'fxiaoke' as source_system,
        placed.allocation_id,
        parts.receipt_id,
        placed.document_id,
        cast(null as string) as document_number,
        parts.receipt_date as applied_date,
        parts.currency,
        placed.amount as applied_amount,
        placed.amount as settled_amount,
        parts.entity,
        parts.record_file,
        parts.record_line
    from placed
    inner join parts
        on placed.part_id = parts.allocation_id

)

select * from final
