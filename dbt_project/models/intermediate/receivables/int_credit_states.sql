-- Grain: one row per credit note or unplaced write-off and period in which its balance stays
-- Its own balance is negative until it is used; used, the invoice it names is smaller instead.
{{ config(materialized='view') }}

with

credit_notes as (

    select * from {{ ref('int_credit_notes') }}

),

write_offs as (

    select * from {{ ref('int_document_write_offs') }}

),

credits as (

    select
        document_id,
        customer_key,
        'credit_note' as document_type,
        currency,
        exchange_rate,
        issue_date,
        applied_date,
        amount,
        amount_base
    from credit_notes
    union all
    select
        document_id,
        customer_key,
        'write_off' as document_type,
        currency,
        exchange_rate,
        write_off_date as issue_date,
        cast(null as date) as applied_date,
        amount,
        amount_base
    from write_offs
    where applied_document_id is null

),

phases as (

    select true as is_open
    union all
    select false as is_open

),

final as (

    select
        credits.document_id,
        credits.customer_key,
        credits.document_type,
        credits.currency,
        credits.exchange_rate,
        credits.issue_date,
        credits.issue_date as due_date,
        -credits.amount as amount,
        -credits.amount_base as amount_base,
        case when phases.is_open then credits.issue_date else credits.applied_date end as valid_from,
        case when phases.is_open then credits.applied_date end as valid_to,
        case when phases.is_open then -credits.amount else 0 end as balance
    from credits
    cross join phases
    where
        (phases.is_open and coalesce(credits.applied_date > credits.issue_date, true))
        or (not phases.is_open and credits.applied_date is not null)

)

select * from final
