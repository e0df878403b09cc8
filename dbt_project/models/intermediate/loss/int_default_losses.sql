-- Grain: one row per default whose workout time is over: what was owed the day before, and what never came
-- Lost is what was written off in that time and what is still open at its end. A default with nothing owed
-- loses nothing and says nothing.
with

context as (

    select * from {{ ref('stg_run__context') }}

),

parameters as (

    select cast(max(case when parameter = 'lgd_workout_days' then value end) as int) as workout_days
    from {{ ref('stg_rules__model_parameters') }}

),

owed as (

    select
        balances.*,
        {{ add_days('balances.default_date', 'parameters.workout_days') }} as workout_end
    from {{ ref('int_default_balances') }} as balances
    cross join parameters
    cross join context
    where {{ add_days('balances.default_date', 'parameters.workout_days') }} <= context.as_of_date

),

written_off as (

    select
        owed.customer_key,
        owed.default_date,
        owed.document_id,
        sum(write_offs.amount_base) as amount_base
    from owed
    inner join {{ ref('int_document_write_offs') }} as write_offs
        on
            owed.document_id = write_offs.applied_document_id
            and owed.default_date <= write_offs.write_off_date
            and owed.workout_end >= write_offs.write_off_date
    group by owed.customer_key, owed.default_date, owed.document_id

),

final as (

    select
        owed.customer_key,
        owed.default_date,
        cast(sum(owed.balance_base) as decimal(18, 2)) as defaulted_base,
        cast(
            sum(
                least(
                    owed.balance_base,
                    coalesce(written_off.amount_base, 0) + coalesce(states.balance_base, 0)
                )
            ) as decimal(18, 2)
        ) as lost_base
    from owed
    left join written_off
        on
            owed.customer_key = written_off.customer_key
            and owed.default_date = written_off.default_date
            and owed.document_id = written_off.document_id
    left join {{ ref('int_document_states') }} as states
        on
            owed.document_id = states.document_id
            and states.balance_base > 0
            and owed.workout_end >= states.valid_from
            and (states.valid_to is null or owed.workout_end < states.valid_to)
    group by owed.customer_key, owed.default_date

)

select * from final
