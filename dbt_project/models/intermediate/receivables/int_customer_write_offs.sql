-- Grain: one row per customer of which more than a trifle was written off within the lookback
-- What was given up was never paid: the credit score goes on as if it were still open.
with

context as (

    select * from {{ ref('stg_run__context') }}

),

write_offs as (

    select * from {{ ref('int_document_write_offs') }}

),

invoices as (

    select * from {{ ref('int_invoices') }}

),

parameters as (

    select
        max(case when parameter = 'materiality_amount' then value end) as materiality_amount,
        max(case when parameter = 'lookback_days' then value end) as lookback_days
    from {{ ref('stg_rules__model_parameters') }}

),

final as (

    select
        write_offs.customer_key,
        cast(count(*) as int) as write_offs,
        cast(sum(write_offs.amount_base) as decimal(18, 2)) as written_off,
        cast(
            sum(case when invoices.document_id is not null then write_offs.amount_base else 0 end)
            as decimal(18, 2)
        ) as written_off_invoices,
        max(write_offs.write_off_date) as last_write_off_date,
        cast(
            greatest(max({{ days_between('invoices.due_date', 'context.as_of_date') }}), 0) as int
        ) as written_off_dpd
    from write_offs
    cross join context
    cross join parameters
    left join invoices
        on write_offs.applied_document_id = invoices.document_id
    where
        write_offs.write_off_date <= context.as_of_date
        and {{ days_between('write_offs.write_off_date', 'context.as_of_date') }} < parameters.lookback_days
        and write_offs.amount_base > parameters.materiality_amount
    group by write_offs.customer_key

)

select * from final
