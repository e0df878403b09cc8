-- Grain: one row per external rating of any source, with its customer
-- Dates are not cut off here: what counts on a day is for the models that measure.
with

records as (

    {{ union_of(['stg_files__external_ratings'], [
        'source_system', 'rating_id', 'source_customer_id', 'provider', 'source_rating_type',
        'rating_value', 'rated_date', 'valid_to', 'record_file', 'record_line',
    ]) }}

),

identities as (

    select * from {{ ref('int_customer_identities') }}

),

rating_type_values as (

    {{ values_of('external_ratings', 'rating_type') }}

),

final as (

    select
        records.rating_id,
        identities.customer_key,
        records.provider,
        {{ canonical('rating_type') }} as rating_type,
        records.rating_value,
        records.rated_date,
        records.valid_to,
        records.source_system,
        records.record_file,
        records.record_line
    from records
    left join identities
        on
            records.source_system = identities.source_system
            and records.source_customer_id = identities.source_customer_id
    left join rating_type_values
        on
            records.source_system = rating_type_values.source
            and lower(trim(records.source_rating_type)) = rating_type_values.source_value
    where {{ canonical('rating_type') }} is not null

)

select * from final
