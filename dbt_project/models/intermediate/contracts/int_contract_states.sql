-- Grain: one row per contract concluded up to as_of: its state on that day, and whether it is rated
with

terms as (

    select * from {{ ref('int_contract_terms') }}

),

final as (

    select
        contract_id,
        contract_number,
        customer_key,
        contract_type,
        contract_state,
        contract_state in ('active', 'notice_due', 'renewing', 'renewed', 'expiring') as is_in_force,
        contract_state in ('signed', 'active', 'notice_due', 'renewing', 'renewed', 'expiring')
        or (
            contract_state in ('expired', 'completed', 'terminated')
            and coalesce({{ days_between('coalesce(terminated_date, end_date)', 'as_of_date') }}, 0)
            < lookback_days
        ) as is_rated,
        concluded_date,
        start_date,
        end_date,
        case when terminated_date <= as_of_date then terminated_date end as terminated_date,
        renews as is_auto_renewed,
        case when renews then notice_date end as notice_date,
        days_to_end,
        case when renews then {{ days_between('as_of_date', 'notice_date') }} end as days_to_notice,
        horizon_days,
        currency,
        amount,
        amount_base,
        has_confidentiality,
        case when breach_date <= as_of_date then breach_date end as breach_date,
        coalesce({{ days_between('breach_date', 'as_of_date') }} between 0 and lookback_days - 1, false)
            as has_recent_breach
    from terms

)

select * from final
