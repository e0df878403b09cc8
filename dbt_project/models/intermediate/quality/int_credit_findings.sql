-- Grain: one row per order, write-off, collection action, rating or legal event and rule that it breaks
-- Dates of the future: the first of a file. Without a rate there is no base amount, so that is critical.
{{ config(materialized='view') }}

{% set records = [
    ('int_orders', 'orders', 'order_date'),
    ('int_write_offs', 'write_offs', 'write_off_date'),
    ('int_collection_actions', 'collection_actions', 'action_date'),
    ('int_external_ratings', 'external_ratings', 'rated_date'),
    ('int_legal_events', 'legal_events', 'event_date'),
] -%}
with

context as (

    select * from {{ ref('stg_run__context') }}

),

final as (

    {% for model_name, entity, date in records -%}
    select
        source_system,
        '{{ entity }}' as entity,
        record_file,
        record_line,
        'customer_id' as column_name,
        'customer is in a customer export' as rule,
        'orphan_customer' as reason_code,
        'warning' as severity
    from {{ ref(model_name) }}
    where customer_key is null
    union all
    select
        records.source_system,
        '{{ entity }}' as entity,
        records.record_file,
        min(records.record_line) as record_line,
        '{{ date }}' as column_name,
        'no record is dated after the business date; the first of the file' as rule,
        'date_in_future' as reason_code,
        'warning' as severity
    from {{ ref(model_name) }} as records
    cross join context
    where records.{{ date }} > context.as_of_date
    group by records.source_system, records.record_file
    union all
    {% endfor -%}
    select
        source_system,
        'collection_actions' as entity,
        record_file,
        record_line,
        'invoice_id' as column_name,
        'invoice it is about is known' as rule,
        'orphan_collection_action' as reason_code,
        'warning' as severity
    from {{ ref('int_collection_actions') }}
    where is_document_unknown
    union all
    select
        orders.source_system,
        'orders' as entity,
        orders.record_file,
        orders.record_line,
        'exchange_rate' as column_name,
        'a rate exists on or before the document date' as rule,
        'missing_exchange_rate' as reason_code,
        'critical' as severity
    from {{ ref('int_open_orders') }} as open_orders
    inner join {{ ref('int_orders') }} as orders
        on open_orders.order_id = orders.order_id
    where open_orders.exchange_rate is null
    union all
    select
        write_offs.source_system,
        'write_offs' as entity,
        write_offs.record_file,
        write_offs.record_line,
        case when owned.exchange_rate is null then 'exchange_rate' else 'invoice_id' end as column_name,
        case
            when owned.exchange_rate is null then 'a rate exists on or before the document date'
            else 'invoice given up is known'
        end as rule,
        case when owned.exchange_rate is null then 'missing_exchange_rate' else 'orphan_write_off' end
            as reason_code,
        case when owned.exchange_rate is null then 'critical' else 'warning' end as severity
    from {{ ref('int_document_write_offs') }} as owned
    inner join {{ ref('int_write_offs') }} as write_offs
        on owned.write_off_id = write_offs.write_off_id
    where owned.exchange_rate is null or owned.applied_document_id is null

)

select * from final
