-- Grain: one row per invoice, credit note or unplaced write-off and period in which its balance stays
-- valid_to is exclusive: what was open on any date is a filter on the periods.
with

invoice_states as (

    select * from {{ ref('int_invoice_states') }}

),

credit_states as (

    select * from {{ ref('int_credit_states') }}

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
        document_type,
        currency,
        exchange_rate,
        issue_date,
        due_date,
        amount,
        amount_base,
        valid_from,
        valid_to,
        cast(balance as decimal(18, 2)) as balance,
        0 as late_amount_days,
        0 as early_amount_days
    from credit_states

),

final as (

    select
        *,
        {{ to_base('balance', 'exchange_rate') }} as balance_base
    from states

)

select * from final
