-- Grain: one row per customer and first day of validity, as last landed
with

landed as (

    select * from {{ raw('files', 'credit_terms') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by customer_id, coalesce(valid_from, '')
            order by _loaded_at desc, _file desc, _line desc
        ) as newest_rank
    from landed

),

final as (

    select
        'files' as source_system,
        customer_id as source_customer_id,
        {{ safe_decimal('credit_limit') }} as credit_limit,
        currency,
        {{ safe_integer('terms_days') }} as terms_days,
        -- terms without a date have always been in force
        coalesce({{ safe_date('valid_from') }}, cast('1900-01-01' as date)) as valid_from,
        _file as record_file,
        _line as record_line
    from ranked
    where newest_rank = 1

)

select * from final
