-- Grain: one row per scope, metric, method and period: who answers more than was asked, and what it does to
-- the whole
-- response_gap is the cell's share of all answers less its share of all invitations; adjusted_value weighs
-- each value tier's measure by its invitations instead of its answers.
with

measures as (

    select * from {{ ref('int_satisfaction_values') }}

),

wholes as (

    select * from measures
    where scope_type = 'company' and survey_method = 'all'

),

adjusted as (

    select
        metric,
        survey_method,
        period_type,
        period_start,
        round(
            {{ exact_sum('survey_value * invited') }}
            / nullif(cast(sum(case when survey_value is not null then invited end) as double), 0),
            4
        ) as adjusted_value
    from measures
    where scope_type = 'value_tier'
    group by metric, survey_method, period_type, period_start

),

final as (

    select
        measures.scope_type,
        measures.scope_name,
        measures.metric,
        measures.survey_method,
        measures.period_type,
        measures.period_start,
        {{ share_of('measures.answered', 'measures.invited') }} as response_rate,
        round(
            cast(measures.answered as double) / nullif(wholes.answered, 0)
            - cast(measures.invited as double) / nullif(wholes.invited, 0), 6
        ) as response_gap,
        case when measures.scope_type = 'company' then adjusted.adjusted_value end as adjusted_value
    from measures
    inner join wholes
        on
            measures.metric = wholes.metric
            and measures.period_type = wholes.period_type
            and measures.period_start = wholes.period_start
    left join adjusted
        on
            measures.metric = adjusted.metric
            and measures.survey_method = adjusted.survey_method
            and measures.period_type = adjusted.period_type
            and measures.period_start = adjusted.period_start

)

select * from final
