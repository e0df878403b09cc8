-- Grain: one row per customer record whose parents lead back to itself, or nowhere within 32 levels
-- Its group still holds it once: exposure is neither lost nor doubled.
{{ config(materialized='view') }}

with

members as (

    select * from {{ ref('int_customer_members') }}

),

customer_groups as (

    select * from {{ ref('int_customer_groups') }}

),

records as (

    {% for model_name, entity in customer_records() -%}
    select
        source_system,
        source_customer_id,
        '{{ entity }}' as entity,
        record_file,
        record_line
    from {{ ref(model_name) }}
    {% if not loop.last -%}
    union all
    {% endif -%}
    {% endfor %}

),

final as (

    select
        records.source_system,
        records.entity,
        records.record_file,
        records.record_line,
        'parent_customer' as column_name,
        'parents lead to one at the top' as rule,
        'hierarchy_ring' as reason_code,
        'warning' as severity
    from records
    inner join members
        on
            records.source_system = members.source_system
            and records.source_customer_id = members.source_customer_id
    inner join customer_groups
        on members.customer_key = customer_groups.customer_key
    where customer_groups.is_in_ring and members.parent_customer_key is not null

)

select * from final
