-- Grain: one row per invoice title of a customer
with

{{ counted_records(raw('fxiaoke', 'account_finance'), 'finance_id') }},

final as (

    select
        'fxiaoke' as source_system,
        finance_id,
        account_id as source_customer_id,
        tax_id_key,
        {{ safe_boolean('tax_id_is_valid') }} as is_tax_id_valid,
        _file as record_file,
        _line as record_line
    from counted

)

select * from final
