-- Grain: one row per month of the last two years: how well the whole company gets its money in. Amounts are
-- base currency at the month's end; a rate without a denominator is null.
with context as (
    select * from {{ ref('stg_run__context') }}
),

windows as (
    select
        *,
        cast(nullif(greatest(dso_sales, 0), 0) as double) / dso_days as sales_a_day,
        cast(starting_receivables as double) + cast(cei_sales as double) / cei_months as collectable
    from {{ ref('int_month_windows') }}
),

outcomes as (
    select * from {{ ref('int_month_outcomes') }}
),

measured as (
    select
        positions.*,
        windows.dso_sales,
        windows.dso_days,
        windows.sales_a_day,
        windows.collectable,
        outcomes.performing_customers,
        outcomes.defaulted_customers
    from {{ ref('int_month_positions') }} as positions
    inner join windows on positions.months_back = windows.months_back
    left join outcomes on positions.months_back = outcomes.months_back
),

final as (
    select
        {{ md5_key(['context.as_of_date', 'measured.month_end']) }} as credit_control_key,
        context.as_of_date,
        measured.month_end,
        measured.is_complete,
        context.base_currency,
        {% for column in [
            'open_balance', 'open_receivables', 'not_due_balance', 'overdue_balance', 'open_documents',
            'overdue_documents', 'credit_sales', 'month_written_off', 'dso_sales', 'dso_days'
        ] %}
        measured.{{ column }},
        {% endfor %}
        {% for name, owed in {
            'dso': 'open_receivables', 'bpdso': 'not_due_balance', 'average_days_delinquent': 'overdue_balance'
        }.items() %}
        cast(round(cast(measured.{{ owed }} as double) / measured.sales_a_day, 4) as double) as {{ name }},
        {% endfor %}
        cast(
            round(
                100 * (measured.collectable - cast(measured.open_receivables as double))
                / nullif(measured.collectable - cast(measured.not_due_balance as double), 0),
                4
            ) as double
        ) as cei,
        measured.performing_customers,
        measured.defaulted_customers,
        measured.invoiced,
        measured.cohort_written_off,
        {% for name, (part, whole) in {
            'overdue_rate': ('overdue_balance', 'open_receivables'),
            'overdue_rate_documents': ('overdue_documents', 'open_documents'),
            'default_rate': ('defaulted_customers', 'performing_customers'),
            'bad_debt_rate': ('cohort_written_off', 'invoiced')
        }.items() %}
        cast(
            round(
                cast(measured.{{ part }} as double) / nullif(cast(measured.{{ whole }} as double), 0), 6
            ) as double
        ) as {{ name }},
        {% endfor %}
        context.rules_version,
        context.run_id
    from measured
    cross join context
)

select * from final
