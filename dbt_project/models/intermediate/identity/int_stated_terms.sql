-- Grain: one row per source customer, origin and first day: limit and payment terms as a system states them
-- What a system repeats without a date has always been in force; agreed terms win over it.
{{ config(materialized='view') }}

with

terms as (

    select * from {{ ref('stg_files__credit_terms') }}

),

books_contacts as (

    select * from {{ ref('stg_zoho_books__contacts') }}

),

erpnext_limits as (

    select * from {{ ref('stg_erpnext__credit_limits') }}

),

fxiaoke_accounts as (

    select * from {{ ref('stg_fxiaoke__customer_accounts') }}

),

final as (

    select
        source_system,
        source_customer_id,
        'agreed' as terms_origin,
        valid_from,
        credit_limit,
        currency,
        terms_days
    from terms
    union all
    select
        source_system,
        source_customer_id,
        'books' as terms_origin,
        cast('1900-01-01' as date) as valid_from,
        credit_limit,
        currency,
        terms_days
    from books_contacts
    union all
    select
        source_system,
        source_customer_id,
        'books' as terms_origin,
        cast('1900-01-01' as date) as valid_from,
        credit_limit,
        -- in the company's currency, which the export does not name
        cast(null as string) as currency,
        cast(null as int) as terms_days
    from erpnext_limits
    union all
    select
        source_system,
        source_customer_id,
        'crm' as terms_origin,
        cast('1900-01-01' as date) as valid_from,
        credit_limit,
        currency,
        terms_days
    from fxiaoke_accounts

)

select * from final
