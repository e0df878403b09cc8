-- Grain: one row per survey answer up to as_of and period it falls in: its quarter, and the trailing window
with

scores as (

    select * from {{ ref('int_survey_scores') }}
    where metric in ('nps', 'csat', 'ces')

),

tiers as (

    select
        customer_key,
        value_tier
    from {{ ref('int_customer_tiers') }}

),

context as (

    select as_of_date from {{ ref('stg_run__context') }}

),

parameters as (

    select max(case when parameter = 'survey_lookback_days' then value end) as lookback_days
    from {{ ref('stg_rules__model_parameters') }}

),

dated as (

    select
        scores.*,
        coalesce(tiers.value_tier, 'unknown') as value_tier,
        {{ days_between('scores.survey_date', 'context.as_of_date') }}
        < parameters.lookback_days as is_recent,
        {{ add_days('context.as_of_date', '1 - parameters.lookback_days') }} as window_start,
        context.as_of_date
    from scores
    cross join context
    cross join parameters
    left join tiers
        on scores.customer_key = tiers.customer_key
    where scores.survey_date <= context.as_of_date

),

final as (

    {% for period_type, period_start, period_end in [
        ('trailing', 'window_start', 'as_of_date'),
        (
            'quarter',
            'cast(' ~ dbt.date_trunc('quarter', 'survey_date') ~ ' as date)',
            add_days('cast(' ~ dbt.dateadd('month', 3, dbt.date_trunc('quarter', 'survey_date')) ~ ' as date)', '-1')
        )
    ] -%}
    select
        answer_id,
        survey_id,
        customer_key,
        value_tier,
        method,
        metric,
        survey_score,
        is_promoter,
        is_detractor,
        is_satisfied,
        '{{ period_type }}' as period_type,
        {{ period_start }} as period_start,
        {{ period_end }} as period_end
    from dated
    {%- if period_type == 'trailing' %}
    where is_recent
    union all
    {% endif -%}
    {% endfor %}

)

select * from final
