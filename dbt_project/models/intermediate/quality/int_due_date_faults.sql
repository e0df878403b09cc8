-- Grain: one row per invoice that is due before it is issued, or longer after it than any terms reach
-- A slip of the year makes a debt overdue on its first day, or never.
{{ config(materialized='view') }}

with

invoices as (

    select * from {{ ref('int_invoices') }}

),

parameters as (

    select cast(max(value) as int) as longest_terms_days
    from {{ ref('stg_rules__model_parameters') }}
    where parameter = 'longest_terms_days'

),

final as (

    select
        'invoice' as record_type,
        invoices.document_id,
        'due_date' as column_name,
        case
            when invoices.due_date < invoices.issue_date then 'an invoice is due no earlier than it is issued'
            else 'an invoice is due within the longest terms'
        end as rule,
        case when invoices.due_date < invoices.issue_date then 'date_out_of_order' else 'date_too_far' end
            as reason_code,
        'warning' as severity
    from invoices
    cross join parameters
    where
        invoices.due_date < invoices.issue_date
        or invoices.due_date > {{ add_days('invoices.issue_date', 'parameters.longest_terms_days') }}

)

select * from final
