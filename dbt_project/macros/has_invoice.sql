{#- Whether an invoice is known of a customer: of its purchases (int_customer_buying) not all are open orders. -#}
{% macro has_invoice(buying) -%}
    {{ buying }}.purchases > {{ buying }}.open_orders
{%- endmacro %}
