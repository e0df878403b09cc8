-- Grain: one row per currency and date of a document or event that states no rate of its own
-- The rate of the latest rate date up to the document's date; null when the rules know none.
{% set records = [
    ('int_issued_invoices', 'issue_date', 'exchange_rate is null'),
    ('int_issued_credit_notes', 'issue_date', 'exchange_rate is null'),
    ('int_received_receipts', 'receipt_date', 'exchange_rate is null'),
    ('int_orders', 'order_date', 'exchange_rate is null'),
    ('int_write_offs', 'write_off_date', 'exchange_rate is null'),
    ('int_legal_events', 'event_date', 'currency is not null'),
    (
        'int_contracts', 'coalesce(signed_date, start_date)',
        'exchange_rate is null and currency is not null and coalesce(signed_date, start_date) is not null'
    ),
    ('int_contract_milestones', 'planned_date', 'currency is not null'),
    ('int_cases', 'cast(opened_at as date)', 'currency is not null'),
] -%}
with

rates as (

    select * from {{ ref('stg_rules__exchange_rates') }}

),

needed as (

    {% for model_name, document_date, condition in records -%}
    select
        currency,
        {{ document_date }} as document_date
    from {{ ref(model_name) }}
    where {{ condition }}
    {% if not loop.last -%}
    union
    {% endif -%}
    {% endfor %}

),

final as (

    select
        needed.currency,
        needed.document_date,
        max_by(rates.rate_to_base, rates.rate_date) as exchange_rate
    from needed
    left join rates
        on needed.currency = rates.currency and needed.document_date >= rates.rate_date
    group by needed.currency, needed.document_date

)

select * from final
