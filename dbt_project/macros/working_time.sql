{#- Common table expressions ending in `positions`: each row of `moments` (keys, calendar, moment_second in UTC) with its
    local day and `working_second`, the working seconds of its calendar before it. Working time between two moments of
    a calendar is a subtraction: nothing is counted minute by minute. -#}
{% macro working_positions(moments, keys) -%}
local_moments as (

    select
        {%- for key in keys %}
        {{ moments }}.{{ key }},
        {%- endfor %}
        {{ moments }}.calendar,
        {{ moments }}.moment_second,
        {{ moments }}.moment_second + offsets.offset_seconds as local_second,
        cast(floor(cast({{ moments }}.moment_second + offsets.offset_seconds as double) / 86400) as bigint)
            as day_number
    from {{ moments }}
    inner join {{ ref('int_calendar_offsets') }} as offsets
        on
            {{ moments }}.calendar = offsets.calendar
            and {{ moments }}.moment_second >= offsets.starts_second
            and ({{ moments }}.moment_second < offsets.ends_second or offsets.ends_second is null)

),

positions as (

    select
        {%- for key in keys %}
        local_moments.{{ key }},
        {%- endfor %}
        local_moments.calendar,
        local_moments.moment_second,
        working_days.calendar_date,
        working_days.seconds_before + cast(
            sum(
                greatest(
                    coalesce(
                        least(
                            local_moments.local_second - local_moments.day_number * 86400, shifts.closes_second
                        ) - shifts.opens_second,
                        0
                    ),
                    0
                )
            ) as bigint
        ) as working_second
    from local_moments
    inner join {{ ref('int_working_days') }} as working_days
        on
            local_moments.calendar = working_days.calendar
            and local_moments.day_number = working_days.day_number
    left join {{ ref('int_working_shifts') }} as shifts
        on
            working_days.calendar = shifts.calendar
            and working_days.works_as_weekday = shifts.weekday
    group by
        {%- for key in keys %}
        local_moments.{{ key }},
        {%- endfor %}
        local_moments.calendar,
        local_moments.moment_second,
        working_days.calendar_date,
        working_days.seconds_before

)
{%- endmacro %}
