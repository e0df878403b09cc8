-- Grain: one row per default within a year of a past date on which orders were undelivered: how much of them
-- it came to owe on top of what it owed already. Windows that do not overlap: each default counts once.
with

parameters as (

    select cast(max(case when parameter = 'pd_window_days' then value end) as int) as window_days
    from {{ ref('stg_rules__model_parameters') }}

),

windows as (

    select windows.*
    from {{ ref('int_outcome_windows') }} as windows
    inner join {{ ref('stg_rules__outcomes') }} as outcomes on windows.outcome_id = outcomes.outcome_id
    inner join parameters on windows.window_days = parameters.window_days
    where outcomes.outcome_type = 'default' and windows.is_pooled

),

defaulted as (

    select
        observations.validation_date,
        observations.customer_key,
        min(spells.default_date) as default_date
    from {{ ref('int_outcome_observations') }} as observations
    inner join windows
        on
            observations.validation_date = windows.validation_date
            and observations.outcome_id = windows.outcome_id
    inner join {{ ref('int_default_spells') }} as spells
        on
            observations.customer_key = spells.customer_key
            and observations.validation_date < spells.default_date
            and windows.window_end >= spells.default_date
    where observations.is_bad = 1
    group by observations.validation_date, observations.customer_key

),

owed as (

    select
        customer_key,
        default_date,
        sum(balance_base) as defaulted_base
    from {{ ref('int_default_balances') }}
    group by customer_key, default_date

),

final as (

    select
        defaulted.validation_date,
        defaulted.customer_key,
        defaulted.default_date,
        scores.undelivered_orders as undelivered_base,
        cast(
            least(
                greatest(
                    coalesce(owed.defaulted_base, 0)
                    - (scores.open_receivables + scores.unbilled_orders - scores.unapplied_credits),
                    0
                ),
                scores.undelivered_orders
            ) as decimal(18, 2)
        ) as converted_base
    from defaulted
    inner join {{ ref('stg_history__scores') }} as scores
        on
            defaulted.validation_date = scores.as_of_date
            and defaulted.customer_key = scores.customer_key
    left join owed
        on defaulted.customer_key = owed.customer_key and defaulted.default_date = owed.default_date
    where scores.undelivered_orders > 0

)

select * from final
