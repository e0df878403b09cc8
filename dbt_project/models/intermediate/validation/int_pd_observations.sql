-- Grain: one row per past date and performing customer whose window for a default is over: what a probability
-- of default is fitted on and judged by. A large company gives a sample, the same customers on every date.
{{ config(materialized='view') }}

with

parameters as (

    select
        cast(max(case when parameter = 'pd_window_days' then value end) as int) as window_days,
        cast(max(case when parameter = 'pd_step_months' then value end) as int) as step_months,
        cast(max(case when parameter = 'pd_sample_customers' then value end) as int) as sample_customers
    from {{ ref('stg_rules__model_parameters') }}

),

outcomes as (

    select outcomes.outcome_id
    from {{ ref('stg_rules__outcomes') }} as outcomes
    inner join parameters on outcomes.window_days = parameters.window_days
    where outcomes.outcome_type = 'default'

),

windows as (

    select
        windows.validation_date,
        windows.outcome_id,
        windows.window_end,
        windows.is_pooled,
        dates.month_number,
        max(dates.month_number) over (partition by windows.outcome_id) as newest_month
    from {{ ref('int_outcome_windows') }} as windows
    inner join outcomes on windows.outcome_id = outcomes.outcome_id
    inner join {{ ref('int_validation_dates') }} as dates on windows.validation_date = dates.validation_date

),

observations as (

    select
        observations.validation_date,
        observations.customer_key,
        observations.is_bad,
        windows.window_end,
        windows.is_pooled,
        row_number() over (
            partition by observations.validation_date
            order by
                {{ md5_key(['observations.customer_key']) }} asc nulls last,
                observations.customer_key asc nulls last
        ) as place
    from {{ ref('int_outcome_observations') }} as observations
    inner join windows
        on
            observations.validation_date = windows.validation_date
            and observations.outcome_id = windows.outcome_id
    cross join parameters
    where
        windows.is_pooled
        or (windows.newest_month - windows.month_number) % greatest(parameters.step_months, 1) = 0

),

final as (

    select
        observations.validation_date,
        observations.customer_key,
        observations.window_end,
        observations.is_pooled,
        observations.is_bad,
        scores.credit_score,
        scores.late_share_count as late_share,
        priors.default_probability
    from observations
    cross join parameters
    inner join {{ ref('stg_history__scores') }} as scores
        on
            observations.validation_date = scores.as_of_date
            and observations.customer_key = scores.customer_key
    left join {{ ref('stg_rules__default_priors') }} as priors
        on scores.model_risk_tier = priors.risk_tier
    where observations.place <= parameters.sample_customers

)

select * from final
