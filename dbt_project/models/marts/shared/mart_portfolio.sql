-- Grain: one row per as_of date; finished dates are carried. Money is base currency; a rate without a
-- denominator is null.
with context as (
    select * from {{ ref('stg_run__context') }}
),

risks as (
    select * from {{ ref('fct_customer_risk') }}
),

defaults as (
    select * from {{ ref('int_portfolio_defaults') }}
),

bad_debts as (
    select * from {{ ref('int_portfolio_bad_debts') }}
),

alerts as (
    select
        cast(sum(case when alert_state != 'cleared' then 1 else 0 end) as int) as open_alerts,
        cast(sum(case when alert_state = 'opened' then 1 else 0 end) as int) as opened_alerts
    from {{ ref('mart_alerts') }}
),

summed as (
    select
        cast(count(*) as int) as customers,
        cast(sum(case when open_receivables > 0 then 1 else 0 end) as int) as owing_customers,
        cast(sum(case when is_default then 1 else 0 end) as int) as customers_in_default,
        {% for tier in ['unrated', 'low', 'moderate', 'high', 'critical'] %}
        cast(sum(case when risk_tier = '{{ tier }}' then 1 else 0 end) as int) as customers_{{ tier }},
        {% endfor %}
        {% for amount in [
            'exposure', 'open_receivables', 'overdue_balance', 'overdue_over_90', 'revenue_365'
        ] %}
        cast(coalesce(sum({{ amount }}), 0) as decimal(18, 2)) as {{ amount }},
        {% endfor %}
        cast(round(avg(cast(composite_score as decimal(18, 6))), 2) as double) as mean_composite_score
    from risks
),

final as (
    select
        {{ md5_key(['context.as_of_date']) }} as portfolio_key,
        context.as_of_date,
        context.base_currency,
        summed.customers,
        summed.owing_customers,
        summed.exposure,
        summed.open_receivables,
        summed.overdue_balance,
        summed.overdue_over_90,
        round(
            cast(summed.overdue_balance as double) / nullif(cast(summed.open_receivables as double), 0), 6
        ) as overdue_rate,
        summed.customers_in_default,
        defaults.default_window_start,
        defaults.performing_customers,
        defaults.defaulted_customers,
        round(cast(defaults.defaulted_customers as double) / nullif(defaults.performing_customers, 0), 6)
            as default_rate,
        bad_debts.cohort_invoiced,
        bad_debts.cohort_written_off,
        round(
            cast(bad_debts.cohort_written_off as double)
            / nullif(cast(bad_debts.cohort_invoiced as double), 0),
            6
        ) as bad_debt_rate,
        summed.revenue_365,
        summed.mean_composite_score,
        {% for tier in ['unrated', 'low', 'moderate', 'high', 'critical'] %}
        coalesce(summed.customers_{{ tier }}, 0) as customers_{{ tier }},
        {% endfor %}
        coalesce(alerts.open_alerts, 0) as open_alerts,
        coalesce(alerts.opened_alerts, 0) as opened_alerts,
        context.rules_version,
        context.run_id
    from context
    cross join summed
    cross join defaults
    cross join bad_debts
    cross join alerts
)

select * from final
