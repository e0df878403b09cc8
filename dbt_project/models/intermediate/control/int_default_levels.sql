-- Grain: one row per customer, default rule and day on which the rule begins or ceases to hold for it
-- Exact to the day: what a rule looks at is added up as it comes, and taken off as it goes.
with

facts as (

    select * from {{ ref('int_default_facts') }}

),

hard_rules as (

    select * from {{ ref('stg_rules__hard_rules') }}
    where is_default

),

matched as (

    select
        facts.customer_key,
        hard_rules.rule_id,
        hard_rules.amount as least_amount,
        cast(coalesce(facts.amount_base, 0) as decimal(18, 2)) as amount_base,
        -- an unknown amount counts as enough
        case when facts.amount_base is null then 1 else 0 end as unknown_amounts,
        greatest(facts.valid_from, {{ add_days('facts.began_date', 'hard_rules.days') }}) as starts,
        least(
            coalesce(facts.valid_to, {{ add_days('facts.began_date', 'hard_rules.expires_days') }}),
            coalesce({{ add_days('facts.began_date', 'hard_rules.expires_days') }}, facts.valid_to)
        ) as ends
    from facts
    inner join hard_rules
        on facts.trigger_type = hard_rules.trigger_type

),

deltas as (

    {% for sign, day in {'': 'starts', '-': 'ends'}.items() -%}
    select
        customer_key,
        rule_id,
        least_amount,
        {{ day }} as level_date,
        {{ sign }}amount_base as amount_step,
        {{ sign }}unknown_amounts as unknown_step
    from matched
    where (ends is null or starts < ends) and {{ day }} is not null
    {% if not loop.last -%}
    union all
    {% endif -%}
    {% endfor %}

),

by_day as (

    select
        customer_key,
        rule_id,
        least_amount,
        level_date,
        sum(amount_step) as amount_step,
        sum(unknown_step) as unknown_step
    from deltas
    group by customer_key, rule_id, least_amount, level_date

),

levels as (

    select
        customer_key,
        rule_id,
        level_date,
        sum(amount_step) over running > least_amount or sum(unknown_step) over running > 0 as is_held
    from by_day
    window running as (
        partition by customer_key, rule_id
        order by level_date asc
        rows between unbounded preceding and current row
    )

),

compared as (

    select
        *,
        coalesce(lag(is_held) over (partition by customer_key, rule_id order by level_date asc), false)
            as was_held
    from levels

),

final as (

    select
        customer_key,
        rule_id,
        level_date,
        is_held
    from compared
    where is_held != was_held

)

select * from final
