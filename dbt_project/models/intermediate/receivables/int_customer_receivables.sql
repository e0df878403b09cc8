-- Grain: one row per customer, in base currency; nothing open is nil, not missing
-- The overdue rate is null while nothing is open, utilisation while there is no limit.
with

customers as (

    select * from {{ ref('int_customers') }}

),

positions as (

    select * from {{ ref('int_customer_positions') }}

),

overdue as (

    select * from {{ ref('int_customer_overdue') }}

),

receipts as (

    select * from {{ ref('int_customer_unapplied_receipts') }}

),

exposure_parts as (

    select * from {{ ref('stg_rules__exposure_parts') }}

),

parameters as (

    select * from {{ ref('stg_rules__model_parameters') }}

),

rules as (

    select
        max(
            case
                when
                    exposure_parts.part = 'open_receivables' and exposure_parts.is_included
                    then exposure_parts.sign
                else 0
            end
        )
            as receivables_sign,
        min(
            case
                when
                    exposure_parts.part = 'unapplied_credits' and exposure_parts.is_included
                    then exposure_parts.sign
                else 0
            end
        )
            as credits_sign
    from exposure_parts

),

default_rule as (

    select max(value) as default_days
    from parameters
    where parameter = 'default_days'

),

unapplied as (

    select
        customer_key,
        sum(unapplied_amount_base) as unapplied_amount_base
    from receipts
    group by customer_key

),

measured as (

    select
        customers.customer_key,
        customers.credit_limit,
        cast(coalesce(positions.open_balance, 0) as decimal(18, 2)) as open_balance,
        cast(coalesce(positions.open_receivables, 0) as decimal(18, 2)) as open_receivables,
        cast(coalesce(positions.overdue_balance, 0) as decimal(18, 2)) as overdue_balance,
        cast(coalesce(positions.overdue_over_90, 0) as decimal(18, 2)) as overdue_over_90,
        cast(coalesce(positions.overdue_documents, 0) as int) as overdue_documents,
        cast(coalesce(positions.open_documents, 0) as int) as open_documents,
        cast(coalesce(positions.ageing_current, 0) as decimal(18, 2)) as ageing_current,
        cast(coalesce(positions.ageing_1_30, 0) as decimal(18, 2)) as ageing_1_30,
        cast(coalesce(positions.ageing_31_60, 0) as decimal(18, 2)) as ageing_31_60,
        cast(coalesce(positions.ageing_61_90, 0) as decimal(18, 2)) as ageing_61_90,
        cast(coalesce(positions.ageing_91_120, 0) as decimal(18, 2)) as ageing_91_120,
        cast(coalesce(positions.ageing_over_120, 0) as decimal(18, 2)) as ageing_over_120,
        cast(coalesce(positions.ageing_credit, 0) as decimal(18, 2)) as ageing_credit,
        cast(
            coalesce(unapplied.unapplied_amount_base, 0)
            - coalesce(positions.ageing_credit, 0) as decimal(18, 2)
        ) as unapplied_credits,
        cast(coalesce(overdue.oldest_dpd, 0) as int) as oldest_dpd
    from customers
    left join positions
        on customers.customer_key = positions.customer_key
    left join overdue
        on customers.customer_key = overdue.customer_key
    left join unapplied
        on customers.customer_key = unapplied.customer_key

),

exposed as (

    select
        measured.*,
        cast(
            measured.open_receivables * rules.receivables_sign
            + measured.unapplied_credits * rules.credits_sign
            as decimal(18, 2)
        ) as exposure,
        measured.oldest_dpd >= default_rule.default_days as is_default
    from measured
    cross join rules
    cross join default_rule

),

final as (

    select
        *,
        round(cast(overdue_balance as double) / nullif(cast(open_receivables as double), 0), 6)
            as overdue_rate,
        round(cast(exposure as double) / nullif(cast(credit_limit as double), 0), 6) as utilisation,
        cast(credit_limit - exposure as decimal(18, 2)) as headroom,
        case when is_default then 'days_past_due' end as default_reason
    from exposed

)

select * from final
