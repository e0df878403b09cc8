-- Grain: one row per recommended limit or terms of an established customer, a quarter before a window that is
-- over: whether documents show that it was followed until the window began
-- Recommendations are those of the rules in force now for the tiers of then; no list of them was kept.
with

parameters as (

    select
        cast(max(case when parameter = 'control_followed_days' then value end) as int) as followed_days,
        max(case when parameter = 'materiality_amount' then value end) as materiality_amount
    from {{ ref('stg_rules__model_parameters') }}

),

dates as (

    select * from {{ ref('int_validation_dates') }}

),

-- windows that do not overlap, so that each customer's fate counts once
starts as (

    select distinct windows.validation_date
    from {{ ref('int_outcome_windows') }} as windows
    inner join {{ ref('stg_rules__outcomes') }} as outcomes on windows.outcome_id = outcomes.outcome_id
    where windows.is_pooled and outcomes.outcome_type in ('default', 'write_off')

),

periods as (

    select
        recommended.validation_date as recommended_date,
        starts.validation_date
    from starts
    inner join dates as known on starts.validation_date = known.validation_date
    cross join parameters
    inner join dates as recommended
        on
            known.month_number - cast(ceil(parameters.followed_days * 12 / 366.0) as int)
            = recommended.month_number

),

rules as (

    select * from {{ ref('stg_rules__control_rules') }}
    where control_type in ('credit_limit', 'payment_terms') and watched_measure is null

),

recommended as (

    select
        periods.recommended_date,
        periods.validation_date,
        tiers.customer_key,
        rules.control_type,
        rules.control_rule_id,
        rules.terms_to,
        round(rules.limit_months * cast(tiers.revenue_365 as double) / 12, -3) as recommended_limit,
        row_number() over (
            partition by periods.validation_date, tiers.customer_key, rules.control_type
            order by rules.priority asc nulls last, rules.control_rule_id asc nulls last
        ) as place
    from periods
    inner join {{ ref('stg_history__customer_tiers') }} as tiers
        on periods.recommended_date = tiers.as_of_date
    inner join rules
        on
            tiers.risk_tier = coalesce(rules.risk_tier, tiers.risk_tier)
            and tiers.value_tier = coalesce(rules.value_tier, tiers.value_tier)
            and coalesce(rules.assessment_path, 'established') = tiers.assessment_path
    -- what a new customer may owe is capped by its own assessment, which was not kept
    where tiers.assessment_path = 'established'

),

sold as (

    select
        periods.validation_date,
        invoices.customer_key,
        max({{ days_between('invoices.issue_date', 'invoices.due_date') }}) as longest_terms
    from periods
    inner join {{ ref('int_invoices') }} as invoices
        on
            periods.recommended_date < invoices.issue_date
            and periods.validation_date >= invoices.issue_date
    group by periods.validation_date, invoices.customer_key

),

final as (

    select
        recommended.validation_date,
        recommended.customer_key,
        recommended.control_type,
        recommended.control_rule_id,
        case
            when recommended.control_type = 'payment_terms' then sold.longest_terms <= recommended.terms_to
            else
                owed.open_receivables
                <= greatest(recommended.recommended_limit, parameters.materiality_amount)
        end as is_followed
    from recommended
    cross join parameters
    -- who was sold nothing gave no occasion to follow anything
    inner join sold
        on
            recommended.validation_date = sold.validation_date
            and recommended.customer_key = sold.customer_key
    inner join {{ ref('stg_history__scores') }} as owed
        on
            recommended.validation_date = owed.as_of_date
            and recommended.customer_key = owed.customer_key
    where recommended.place = 1

)

select * from final
