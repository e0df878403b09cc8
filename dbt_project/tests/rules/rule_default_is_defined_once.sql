-- Fails if not exactly one hard rule defines default by days past due over the materiality amount (the least
-- days of all), or there is not exactly one base currency.
with parameters as (
    select max(case when parameter = 'materiality_amount' then value end) as materiality_amount
    from {{ ref('stg_rules__model_parameters') }}
),

hard_rules as (
    select * from {{ ref('stg_rules__hard_rules') }}
),

first_default as (
    select min(days) as days
    from hard_rules
    where is_default and trigger_type = 'days_past_due'
),

defaults as (
    select
        sum(
            case
                when
                    hard_rules.is_default
                    and hard_rules.trigger_type = 'days_past_due'
                    and hard_rules.days = first_default.days
                    and hard_rules.amount = parameters.materiality_amount
                    then 1
                else 0
            end
        ) as rules
    from hard_rules
    cross join first_default
    cross join parameters
),

bases as (
    select sum(case when is_base then 1 else 0 end) as currencies
    from {{ ref('stg_rules__currencies') }}
),

violations as (
    select
        defaults.rules,
        bases.currencies
    from defaults
    cross join bases
    where coalesce(defaults.rules, 0) != 1 or bases.currencies != 1
)

select * from violations
