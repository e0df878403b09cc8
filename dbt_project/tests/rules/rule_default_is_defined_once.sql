-- Fails if the hard rule for default and the parameters that define default disagree, or there is not
-- exactly one base currency.
with parameters as (
    select
        max(case when parameter = 'default_days' then value end) as default_days,
        max(case when parameter = 'materiality_amount' then value end) as materiality_amount
    from {{ ref('stg_rules__model_parameters') }}
),

defaults as (
    select
        sum(
            case
                when
                    hard_rules.days = parameters.default_days
                    and hard_rules.amount = parameters.materiality_amount
                    then 1
                else 0
            end
        ) as rules
    from {{ ref('stg_rules__hard_rules') }} as hard_rules
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
    where defaults.rules != 1 or bases.currencies != 1
)

select * from violations
