-- Grain: one row per scope (company, value tier, customer), metric, method (each and all) and period, with
-- its counts
-- A customer is measured over the trailing window and all methods only: its answers are too few to cut.
with

periods as (

    select * from {{ ref('int_survey_periods') }}

),

grains as (

    {% for scope_type, has_method in [
        ('company', false), ('company', true), ('value_tier', false), ('value_tier', true), ('customer', false)
    ] -%}
    select
        '{{ scope_type }}' as scope_type,
        {{ has_method }} as has_method
    {% if not loop.last -%}
    union all
    {% endif -%}
    {% endfor %}

),

scoped as (

    select
        periods.*,
        grains.scope_type,
        case grains.scope_type
            when 'company' then 'all'
            when 'value_tier' then periods.value_tier
            else periods.customer_key
        end as scope_name,
        case when grains.has_method then periods.method else 'all' end as survey_method
    from periods
    cross join grains
    where
        grains.scope_type != 'customer'
        or (periods.customer_key is not null and periods.period_type = 'trailing')

),

final as (

    select
        scope_type,
        scope_name,
        metric,
        survey_method,
        period_type,
        period_start,
        period_end,
        {{ survey_counts() }}
    from scoped
    group by scope_type, scope_name, metric, survey_method, period_type, period_start, period_end

)

select * from final
