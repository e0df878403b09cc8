{#- State of a Frappe document: docstatus where the export has it, else the status shown. -#}
{% macro frappe_status() -%}
    case docstatus
        when '0' then 'Draft'
        when '1' then 'Submitted'
        when '2' then 'Cancelled'
        else coalesce(docstatus, status, 'Unknown')
    end
{%- endmacro %}
