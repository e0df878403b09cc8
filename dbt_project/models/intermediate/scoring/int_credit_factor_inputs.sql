-- Grain: one row per customer and factor of its payment record with a value, before shrinking; none while
-- nothing fell due. Paying or not adds no factor, and what was written off counts as unpaid.
with customers as (
    select customer_key from {{ ref('int_customers') }}
),

due_positions as (
    select * from {{ ref('int_customer_due_position') }}
),

receivables as (
    select * from {{ ref('int_customer_receivables') }}
),

behaviours as (
    select * from {{ ref('int_customer_payment_behaviour') }}
),

buying as (
    select * from {{ ref('int_customer_buying') }}
),

write_offs as (
    select * from {{ ref('int_customer_write_offs') }}
),

parameters as (
    select max(case when parameter = 'materiality_amount' then value end) as materiality_amount
    from {{ ref('stg_rules__model_parameters') }}
),

measured as (
    select
        customers.customer_key,
        coalesce(due_positions.due_documents, 0) as due_documents,
        coalesce(due_positions.due_documents_judged, 0) as due_documents_judged,
        coalesce(behaviours.matured_documents, 0) as matured_documents,
        coalesce(behaviours.late_share_count, 0) as late_share_count,
        coalesce(behaviours.late_share_amount, behaviours.late_share_count, 0) as late_share_amount,
        coalesce(behaviours.days_beyond_terms, 0) as days_beyond_terms,
        cast(
            coalesce(receivables.overdue_balance, 0) + coalesce(write_offs.written_off_invoices, 0) as double
        ) as unpaid_balance,
        coalesce(cast(due_positions.not_due_invoiced as double), 0) as not_due_invoiced,
        coalesce(cast(buying.revenue_365 as double), 0) / 12 as monthly_billing,
        parameters.materiality_amount,
        greatest(coalesce(receivables.oldest_dpd, 0), coalesce(write_offs.written_off_dpd, 0)) as oldest_dpd,
        receivables.utilisation
        + coalesce(
            cast(write_offs.written_off as double) / nullif(cast(receivables.credit_limit as double), 0), 0
        ) as utilisation,
        write_offs.write_offs
    from customers
    cross join parameters
    left join due_positions on customers.customer_key = due_positions.customer_key
    left join receivables on customers.customer_key = receivables.customer_key
    left join behaviours on customers.customer_key = behaviours.customer_key
    left join buying on customers.customer_key = buying.customer_key
    left join write_offs on customers.customer_key = write_offs.customer_key
),

wide as (
    select
        customer_key,
        matured_documents,
        -- a habit needs payments to be seen: what is overdue is known without them
        case when due_documents_judged > 0 then (late_share_count + late_share_amount) / 2 end as late_share,
        case when due_documents_judged > 0 then cast(days_beyond_terms as double) end as days_beyond_terms,
        case
            when due_documents > 0
                then coalesce(unpaid_balance / nullif(unpaid_balance + not_due_invoiced, 0), 0)
        end as overdue_share,
        case
            when due_documents > 0
                then coalesce(unpaid_balance / nullif(greatest(monthly_billing, materiality_amount), 0), 0)
        end as overdue_to_billing,
        case when due_documents > 0 then cast(oldest_dpd as double) end as oldest_dpd,
        -- greatest() skips nulls: without a limit it would say 0
        case
            when due_documents > 0 and utilisation is not null then greatest(utilisation, 0)
        end as utilisation,
        write_offs as written_off_items
    from measured
),

final as (
    {{ factor_rows('wide', {
        'late_share': ('matured_documents', 'matured_documents'),
        'days_beyond_terms': ('matured_documents', 'matured_documents'),
        'overdue_share': ('matured_documents', 'matured_documents'),
        'overdue_to_billing': ('matured_documents', 'matured_documents'),
        'oldest_dpd': ('matured_documents', 'matured_documents'),
        'utilisation': ('matured_documents', 'matured_documents'),
        'written_off_items': ('matured_documents', 'matured_documents'),
    }) }}
)

select * from final
