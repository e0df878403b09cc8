-- Grain: one row per customer with a credit limit or payment terms in force at as_of
-- What was agreed wins over what the books repeat (agreed sorts before books), then the first member.
with

credit_terms as (

    select * from {{ ref('int_credit_terms') }}

),

identities as (

    select * from {{ ref('int_customer_identities') }}

),

ranked as (

    select
        identities.customer_key,
        credit_terms.credit_limit,
        credit_terms.terms_days,
        credit_terms.terms_origin || identities.member_label as terms_label
    from credit_terms
    inner join identities
        on
            credit_terms.source_system = identities.source_system
            and credit_terms.source_customer_id = identities.source_customer_id

),

final as (

    select
        customer_key,
        min_by(credit_limit, case when credit_limit is not null then terms_label end) as credit_limit,
        min_by(terms_days, case when terms_days is not null then terms_label end) as terms_days
    from ranked
    group by customer_key

)

select * from final
