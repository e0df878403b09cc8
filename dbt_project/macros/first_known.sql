{#- The value of the first member, by member_label, that has one. -#}
{% macro first_known(column) -%}
    min_by(members.{{ column }}, case when members.{{ column }} is not null then members.member_label end)
{%- endmacro %}
