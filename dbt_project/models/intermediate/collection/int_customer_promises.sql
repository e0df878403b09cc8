-- Grain: one row per customer that promised to pay within the lookback: its newest promise, on how many days
-- one was broken, and whether its word is still waited for
with

context as (

    select as_of_date from {{ ref('stg_run__context') }}

),

parameters as (

    select
        max(case when parameter = 'promise_lookback_days' then value end) as lookback_days,
        max(case when parameter = 'promise_trust_limit' then value end) as trust_limit
    from {{ ref('stg_rules__model_parameters') }}

),

promises as (

    select
        states.*,
        parameters.trust_limit,
        row_number() over (
            partition by states.customer_key
            order by
                states.action_date desc nulls last,
                states.promised_payment_date desc nulls last,
                states.action_id desc nulls last
        ) as newest_first
    from {{ ref('int_promise_states') }} as states
    cross join context
    cross join parameters
    where {{ days_between('states.last_day', 'context.as_of_date') }} < parameters.lookback_days

),

final as (

    select
        customer_key,
        max(case when newest_first = 1 then action_id end) as action_id,
        max(case when newest_first = 1 then promised_payment_date end) as promised_payment_date,
        cast(max(case when newest_first = 1 then promised_amount_base end) as decimal(18, 2))
            as promised_amount_base,
        max(case when newest_first = 1 then promise_state end) as promise_state,
        max(case when newest_first = 1 then last_day end) as last_day,
        cast(count(distinct case when promise_state = 'broken' then promised_payment_date end) as int)
            as broken_promises,
        count(distinct case when promise_state = 'broken' then promised_payment_date end) < max(trust_limit)
            as is_trusted
    from promises
    group by customer_key

)

select * from final
