-- Grain: one row per claim and the payment or return of its order that settles it, without naming it
-- By their days they settle the claims of their order, earliest due first; what names its plan is not here.
with

claims as (

    select * from {{ ref('int_fxiaoke_claims') }}

),

parts as (

    select * from {{ ref('int_fxiaoke_payment_parts') }}

),

returned_goods as (

    select * from {{ ref('stg_fxiaoke__returned_goods') }}

),

named as (

    select
        document_id,
        sum(amount) as amount
    from parts
    where document_id is not null
    group by document_id

),

capacities as (

    select
        claims.document_id,
        claims.order_id,
        claims.currency,
        coalesce(claims.due_date, claims.issue_date) as due_date,
        greatest(claims.amount - coalesce(named.amount, 0), 0) as capacity
    from claims
    left join named
        on claims.document_id = named.document_id

),

places as (

    select
        *,
        sum(capacity) over (
            partition by order_id, currency
            order by due_date asc, document_id asc
            rows between unbounded preceding and current row
        ) as place_to
    from capacities

),

unplaced as (

    select
        'payment' as settlement_type,
        parts.allocation_id as settlement_id,
        parts.order_id,
        parts.currency,
        parts.receipt_date as settled_date,
        parts.amount
    from parts
    left join claims
        on parts.document_id = claims.document_id
    where claims.document_id is null and parts.amount > 0
    union all
    select
        'return' as settlement_type,
        document_id as settlement_id,
        order_id,
        currency,
        issue_date as settled_date,
        amount
    from returned_goods
    where amount > 0

),

queued as (

    select
        *,
        sum(amount) over (
            partition by order_id, currency
            order by settled_date asc, settlement_type asc, settlement_id asc
            rows between unbounded preceding and current row
        ) as queue_to
    from unplaced

),

final as (

    select
        queued.settlement_type,
        queued.settlement_id,
        places.document_id,
        queued.settled_date,
        queued.currency,
        cast(
            least(queued.queue_to, places.place_to)
            - greatest(queued.queue_to - queued.amount, places.place_to - places.capacity) as decimal(18, 2)
        ) as amount
    from queued
    inner join places
        on
            queued.order_id = places.order_id
            and queued.currency = places.currency
            and queued.queue_to > places.place_to - places.capacity
            and queued.queue_to - queued.amount < places.place_to

)

select * from final
