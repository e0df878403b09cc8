{#- Id of a voucher of the ledger. A journal entry may hold several customers and currencies: each is a document of its own. -#}
{% macro erpnext_voucher_id(voucher_type, voucher_number) -%}
    'erpnext:' || {{ voucher_number }}
    || case
        when {{ voucher_type }} in ('Sales Invoice', 'Payment Entry') then ''
        else ':' || party || ':' || account_currency
    end
{%- endmacro %}
