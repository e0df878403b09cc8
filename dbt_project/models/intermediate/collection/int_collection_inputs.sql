-- Grain: one row per customer with money to be collected and measure of the intensity that is known
-- Nothing paid yet says nothing of the habit, an unrated customer nothing of its tier; no broken promise is
-- none.
with

arrears as (

    select * from {{ ref('int_customer_arrears') }}
    where hold_reason is null

),

tiers as (

    select
        customer_tiers.customer_key,
        nullif(risk_tiers.rank, 0) as tier_rank
    from {{ ref('int_customer_tiers') }} as customer_tiers
    inner join {{ ref('stg_rules__risk_tiers') }} as risk_tiers
        on customer_tiers.risk_tier = risk_tiers.risk_tier

),

wide as (

    select
        arrears.customer_key,
        arrears.collectable_balance,
        arrears.collectable_dpd,
        {{ share_of('arrears.collectable_balance', 'receivables.open_receivables') }} as collectable_share,
        tiers.tier_rank,
        coalesce(promises.broken_promises, 0) as broken_promises,
        behaviours.avg_days_late
    from arrears
    left join {{ ref('int_customer_receivables') }} as receivables
        on arrears.customer_key = receivables.customer_key
    left join tiers
        on arrears.customer_key = tiers.customer_key
    left join {{ ref('int_customer_promises') }} as promises
        on arrears.customer_key = promises.customer_key
    left join {{ ref('int_customer_payment_behaviour') }} as behaviours
        on arrears.customer_key = behaviours.customer_key

),

long as (

    {{ measure_rows('wide', [
        'collectable_balance', 'collectable_dpd', 'collectable_share', 'tier_rank', 'broken_promises',
        'avg_days_late',
    ]) }}

),

final as (

    select
        customer_key,
        watched_measure as measure_id,
        round(measure_value, 6) as measure_value
    from long

)

select * from final
