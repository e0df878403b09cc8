-- Grain: one row per invoice or credit note and period in which its balance stays; valid_to is exclusive
-- A credit note's own balance is negative until it is used; used, the invoice it names is smaller instead.
with

invoice_states as (

    select * from {{ ref('int_invoice_states') }}

),

credit_notes as (

    select * from {{ ref('int_credit_notes') }}

),

states as (

    select
        document_id,
        customer_key,
        'invoice' as document_type,
        currency,
        exchange_rate,
        issue_date,
        due_date,
        amount,
        amount_base,
        valid_from,
        valid_to,
        cast(amount - settled_amount as decimal(18, 2)) as balance,
        cast(late_amount_days as decimal(28, 2)) as late_amount_days,
        cast(early_amount_days as decimal(28, 2)) as early_amount_days
    from invoice_states
    union all
    select
        document_id,
        customer_key,
        'credit_note' as document_type,
        currency,
        exchange_rate,
        issue_date,
        issue_date as due_date,
        -amount as amount,
        -amount_base as amount_base,
        issue_date as valid_from,
        applied_date as valid_to,
        -amount as balance,
        0 as late_amount_days,
        0 as early_amount_days
    from credit_notes
    where applied_date is null or applied_date > issue_date
    union all
    select
        document_id,
        customer_key,
        'credit_note' as document_type,
        currency,
        exchange_rate,
        issue_date,
        issue_date as due_date,
        -amount as amount,
        -amount_base as amount_base,
        applied_date as valid_from,
        cast(null as date) as valid_to,
        0 as balance,
        0 as late_amount_days,
        0 as early_amount_days
    from credit_notes
    where applied_date is not null

),

final as (

    select
        *,
        {{ to_base('balance', 'exchange_rate') }} as balance_base
    from states

)

select * from final
