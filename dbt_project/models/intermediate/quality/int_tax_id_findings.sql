-- Grain: one row per customer record whose unified social credit code fails its check character
-- The record counts; its code joins nothing, since a slip of the pen could be another company's.
{{ config(materialized='view') }}

with

final as (

    {% for model_name, entity in customer_records() -%}
    select
        source_system,
        '{{ entity }}' as entity,
        record_file,
        record_line,
        'tax_id' as column_name,
        'check character of GB 32100-2015' as rule,
        'invalid_tax_id' as reason_code,
        'warning' as severity
    from {{ ref(model_name) }}
    where not is_tax_id_valid
    {% if not loop.last -%}
    union all
    {% endif -%}
    {% endfor %}

)

select * from final
