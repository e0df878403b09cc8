-- Grain: one row per source customer: its credit limit and payment terms in force at as_of
-- Agreed terms win over what the books repeat; limits are in base currency.
with

context as (

    select * from {{ ref('stg_run__context') }}

),

terms as (

    select * from {{ ref('int_stated_terms') }}

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
            partition by terms.source_system, terms.source_customer_id, terms.terms_origin
            order by terms.valid_from desc
        ) as newest_rank
    from terms
    cross join context
    where terms.valid_from <= context.as_of_date

),

final as (

    select
        ranked.source_system,
        ranked.source_customer_id,
        ranked.terms_origin,
        ranked.terms_days,
        {{ to_base(
            'ranked.credit_limit',
            'case when coalesce(ranked.currency, context.base_currency) = context.base_currency then 1'
            ' else current_rates.exchange_rate end'
        ) }} as credit_limit
    from ranked
    cross join context
    left join current_rates
        on ranked.currency = current_rates.currency
    where ranked.newest_rank = 1

)

select * from final
