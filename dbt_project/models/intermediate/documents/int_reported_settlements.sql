-- Grain: one row per invoice that its system reports as paid, wholly or in part, while no payment was landed
-- When it was paid nobody told: it counts from the issue, so that today's balance is the system's own.
{{ config(materialized='view') }}

with

records as (

    {{ union_of(
        ['stg_zoho_books__invoices', 'stg_erpnext__invoices', 'stg_files__invoices', 'stg_fxiaoke__payment_plans'],
        ['source_system', 'document_id', 'reported_balance', 'record_file', 'record_line'],
    ) }}

),

silent_sources as (

    select source_system from {{ ref('int_silent_sources') }}

),

invoices as (

    select * from {{ ref('int_invoices') }}

),

credits as (

    select
        applied_document_id as document_id,
        settled_amount
    from {{ ref('int_credit_notes') }}
    where applied_document_id is not null
    union all
    select
        applied_document_id as document_id,
        settled_amount
    from {{ ref('int_document_write_offs') }}
    where applied_document_id is not null

),

credited as (

    select
        document_id,
        sum(settled_amount) as settled_amount
    from credits
    group by document_id

),

measured as (

    select
        records.source_system,
        records.document_id,
        invoices.issue_date,
        invoices.currency,
        records.record_file,
        records.record_line,
        -- what it was lowered by is known without any payment
        cast(
            invoices.amount - greatest(records.reported_balance, 0) - coalesce(credited.settled_amount, 0)
            as decimal(18, 2)
        ) as settled_amount
    from records
    inner join silent_sources
        on records.source_system = silent_sources.source_system
    inner join invoices
        on records.document_id = invoices.document_id
    left join credited
        on records.document_id = credited.document_id
    -- greatest() skips nulls: no report would be nothing open
    where records.reported_balance is not null

),

final as (

    select
        source_system,
        document_id || ':reported' as allocation_id,
        document_id || ':reported' as receipt_id,
        document_id,
        cast(null as string) as document_number,
        issue_date as applied_date,
        currency,
        settled_amount as applied_amount,
        settled_amount,
        'reported_balances' as entity,
        record_file,
        record_line
    from measured
    where settled_amount > 0

)

select * from final
