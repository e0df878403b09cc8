-- Grain: one row per customer and month at whose end it is in default, by the rules in force at as_of
with

facts as (

    select * from {{ ref('int_month_default_facts') }}

),

hard_rules as (

    select * from {{ ref('stg_rules__hard_rules') }}
    where is_default

),

matched as (

    select
        facts.customer_key,
        facts.months_back,
        hard_rules.rule_id
    from facts
    inner join hard_rules
        on
            facts.trigger_type = hard_rules.trigger_type
            and facts.age_days >= hard_rules.days
            and (hard_rules.expires_days is null or facts.age_days < hard_rules.expires_days)
    group by facts.customer_key, facts.months_back, hard_rules.rule_id, hard_rules.amount
    having sum(facts.amount_base) > hard_rules.amount or count(*) > count(facts.amount_base)

),

final as (

    select
        customer_key,
        months_back,
        cast(count(*) as int) as default_rules
    from matched
    group by customer_key, months_back

)

select * from final
