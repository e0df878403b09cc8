-- Grain: one row per local day a working calendar is needed for
-- From the first moment of a case to the last one or the run's own, two days more for the zones.
with

settings as (

    select rules_date from {{ ref('stg_run__settings') }}

),

moments as (

    {% for column in ['opened_at', 'first_response_at', 'resolved_at', 'reopened_at'] -%}
    select cast({{ column }} as date) as moment_date
    from {{ ref('int_cases') }}
    union all
    {% endfor -%}
    select rules_date as moment_date
    from settings

),

bounds as (

    select
        {{ add_days('min(moment_date)', '-2') }} as first_day,
        {{ add_days('max(moment_date)', '2') }} as last_day
    from moments

),

final as (

    {{ day_spine('bounds', 'first_day', 'last_day') }}

)

select * from final
