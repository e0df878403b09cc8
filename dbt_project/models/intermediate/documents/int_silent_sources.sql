-- Grain: one row per source system that invoices and of which no payment was ever landed
-- What nobody delivered is no evidence that nobody paid: of its customers no paying habit is known.
with

invoicing as (

    select distinct source_system from {{ ref('int_invoices') }}

),

-- what was applied was paid, even where the payment itself is missing
payments as (

    select source_system from {{ ref('int_receipts') }}
    union all
    {{ union_of(
        ['int_erpnext_allocations', 'stg_files__receipt_allocations', 'int_fxiaoke_allocations'], ['source_system']
    ) }}

),

paid as (

    select distinct source_system from payments

),

final as (

    select
        invoicing.source_system,
        invoicing.source_system || ':%' as document_pattern
    from invoicing
    left join paid
        on invoicing.source_system = paid.source_system
    where paid.source_system is null

)

select * from final
