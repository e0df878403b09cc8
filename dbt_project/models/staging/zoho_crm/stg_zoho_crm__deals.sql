-- Grain: one row per deal, as last modified
with

{{ newest_row_per_key(raw('zoho_crm', 'deals'), 'deal_id', modified='modified_time') }},

final as (

    select
        'zoho_crm' as source_system,
        'zoho_crm:' || deal_id as opportunity_id,
        account_id as source_customer_id,
        stage as source_stage,
        {{ safe_decimal('amount') }} as amount,
        currency,
        {{ safe_rate('exchange_rate') }} as exchange_rate,
        {{ safe_day('created_time') }} as created_date,
        {{ safe_date('closing_date') }} as close_date,
        {{ safe_day('last_activity_time') }} as last_activity_date,
        reason_for_loss as lost_reason,
        _file as record_file,
        _line as record_line
    from newest_rows

)

select * from final
