-- Fails if a document's base balance is not the sum of its events up to as_of at its own rate, beyond the
-- cent of one rounding, or the base total of mart_ar_ageing is not that of fct_customer_risk.
with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

events as (
    select
        events.document_id,
        sum(events.amount_base) as balance_base
    from {{ ref('int_receivable_events') }} as events
    cross join context
    where events.event_date <= context.as_of_date
    group by events.document_id
),

balances as (
    select
        document_id,
        balance_base
    from {{ ref('int_document_balances') }}
),

totals as (
    select
        'total' as document_id,
        (select coalesce(sum(balance_base), 0) from {{ ref('mart_ar_ageing') }}) as ageing_total,
        (select coalesce(sum(open_balance), 0) from {{ ref('fct_customer_risk') }}) as risk_total
),

violations as (
    select coalesce(events.document_id, balances.document_id) as document_id
    from events
    full outer join balances on events.document_id = balances.document_id
    where
        balances.document_id is null
        or abs(coalesce(events.balance_base, 0) - balances.balance_base) > 0.01
    union all
    select document_id from totals
    where ageing_total != risk_total
)

select * from violations
