-- Grain: one row per external rating, as last landed
with

{{ newest_row_per_key(raw('files', 'external_ratings'), 'rating_id') }},

final as (

    select
        'files' as source_system,
        'files:' || rating_id as rating_id,
        customer_id as source_customer_id,
        provider,
        rating_type as source_rating_type,
        {{ safe_decimal('rating_value', 18, 6) }} as rating_value,
        {{ safe_date('rated_date') }} as rated_date,
        {{ safe_date('valid_to') }} as valid_to,
        _file as record_file,
        _line as record_line
    from newest_rows

)

select * from final
