-- Grain: one row per month of issue of the last two years and months on book: what of the month's invoices
-- had reached the age of default, or was written off, by then. Amounts are base currency and cumulative.
with context as (
    select * from {{ ref('stg_run__context') }}
),

parameters as (
    select cast(max(case when parameter = 'vintage_months' then value end) as int) as vintage_months
    from {{ ref('stg_rules__model_parameters') }}
),

events as (
    select * from {{ ref('int_vintage_events') }}
),

months as (
    select * from {{ ref('int_control_months') }}
),

observed as (
    select
        cohorts.month_start as cohort_month,
        cohorts.months_back - months.months_back as months_on_book,
        months.month_end,
        months.is_complete
    from months as cohorts
    cross join parameters
    inner join months on cohorts.months_back >= months.months_back
    where cohorts.months_back < parameters.vintage_months
),

counted as (
    select
        {% for amount in ['originated_base', 'ever_bad_base', 'written_off_base'] %}
        cast(
            sum(events.{{ amount }}) over (
                partition by observed.cohort_month
                order by observed.months_on_book asc nulls last
                rows between unbounded preceding and current row
            ) as decimal(18, 2)
        ) as {{ amount }},
        {% endfor %}
        observed.*
    from observed
    left join events
        on observed.cohort_month = events.cohort_month and observed.months_on_book = events.months_on_book
),

final as (
    select
        {{ md5_key(['context.as_of_date', 'counted.cohort_month', 'counted.months_on_book']) }}
            as bad_debt_key,
        context.as_of_date,
        counted.cohort_month,
        counted.months_on_book,
        counted.month_end,
        counted.is_complete,
        context.base_currency,
        counted.originated_base,
        counted.ever_bad_base,
        counted.written_off_base,
        {{ share_of('counted.ever_bad_base', 'counted.originated_base') }} as ever_bad_rate,
        {{ share_of('counted.written_off_base', 'counted.originated_base') }} as bad_debt_rate,
        context.rules_version,
        context.run_id
    from counted
    cross join context
    where counted.originated_base is not null
)

select * from final
