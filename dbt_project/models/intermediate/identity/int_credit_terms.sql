-- Grain: one row per source customer: its credit limit and payment terms in force at as_of
-- Agreed terms win over what the books repeat; limits are in base currency.
with

context as (

    select * from {{ ref('stg_run__context') }}

),

terms as (

    select * from {{ ref('stg_files__credit_terms') }}

),

books_contacts as (

    select * from {{ ref('stg_zoho_books__contacts') }}

),

rates as (

    select * from {{ ref('stg_rules__exchange_rates') }}

),

current_rates as (

    select
        rates.currency,
        max_by(rates.rate_to_base, rates.rate_date) as exchange_rate
    from rates
    cross join context
    where rates.rate_date <= context.as_of_date
    group by rates.currency

),

ranked as (

    select
        terms.*,
        row_number() over (
            partition by terms.source_system, terms.source_customer_id
            order by terms.valid_from desc
        ) as newest_rank
    from terms
    cross join context
    where terms.valid_from <= context.as_of_date

),

stated as (

    select
        source_system,
        source_customer_id,
        'agreed' as terms_origin,
        credit_limit,
        currency,
        terms_days
    from ranked
    where newest_rank = 1
    union all
    select
        source_system,
        source_customer_id,
        'books' as terms_origin,
        credit_limit,
        currency,
        terms_days
    from books_contacts

),

final as (

    select
        stated.source_system,
        stated.source_customer_id,
        stated.terms_origin,
        stated.terms_days,
        cast(
            round(
                stated.credit_limit
                * case
                    when coalesce(stated.currency, context.base_currency) = context.base_currency then 1
                    else current_rates.exchange_rate
                end,
                2
            ) as decimal(18, 2)
        ) as credit_limit
    from stated
    cross join context
    left join current_rates
        on stated.currency = current_rates.currency

)

select * from final
