-- Grain: one row per issued invoice with neither a due date nor terms, whose customer has terms
-- The terms in force on the issue date: agreed before repeated by the books, then the newest.
with

invoices as (

    select * from {{ ref('int_issued_invoices') }}

),

identities as (

    select * from {{ ref('int_customer_identities') }}

),

terms as (

    select * from {{ ref('int_stated_terms') }}

),

incomplete as (

    select
        invoices.document_id,
        invoices.issue_date,
        identities.customer_key
    from invoices
    inner join identities
        on
            invoices.source_system = identities.source_system
            and invoices.source_customer_id = identities.source_customer_id
    where invoices.due_date is null and invoices.terms_days is null

),

ranked as (

    select
        incomplete.document_id,
        terms.terms_days,
        row_number() over (
            partition by incomplete.document_id
            order by terms.terms_origin asc, terms.valid_from desc, members.member_label asc
        ) as terms_rank
    from incomplete
    inner join identities as members
        on incomplete.customer_key = members.customer_key
    inner join terms
        on
            members.source_system = terms.source_system
            and members.source_customer_id = terms.source_customer_id
    where terms.terms_days is not null and terms.valid_from <= incomplete.issue_date

),

final as (

    select
        document_id,
        terms_days
    from ranked
    where terms_rank = 1

)

select * from final
