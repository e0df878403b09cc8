-- Grain: one row per payment plan: an amount and the day it is to be paid
with

{{ counted_records(raw('fxiaoke', 'payment_plans'), 'plan_id') }},

final as (

    select
        'fxiaoke' as source_system,
        'fxiaoke:' || plan_id as document_id,
        plan_number as document_number,
        account_id as source_customer_id,
        'fxiaoke:' || order_id as order_id,
        {{ safe_date('created_date') }} as created_date,
        {{ safe_date('due_date') }} as due_date,
        currency,
        {{ safe_rate('exchange_rate') }} as exchange_rate,
        {{ safe_decimal('plan_amount') }} as amount,
        {{ safe_decimal('actual_payment_amount') }} as reported_paid_amount,
        {{ safe_decimal('plan_amount') }} - {{ safe_decimal('actual_payment_amount') }} as reported_balance,
        _file as record_file,
        _line as record_line
    from counted

)

select * from final
