{#- Naive rules every score is held against, as expressions over a history row: higher is riskier, and a customer the
    rule knows nothing of counts as harmless. -#}
{% macro naive_rules() -%}
    {{ return({
        'late_share': 'coalesce(scores.late_share_count, 0)',
        'recency': 'coalesce(scores.recency_days, 0)',
        'frequency': '-coalesce(scores.purchases_365, 0)',
        'overdue': 'greatest(coalesce(scores.oldest_dpd, 0), 0)'
    }) }}
{%- endmacro %}

{#- Wilson bound of a share: `sign` is - for the lower, + for the upper one; few observations never look certain. -#}
{% macro wilson_bound(part, whole, z, sign) -%}
    cast(round(
        (
            cast({{ part }} as double) + {{ z }} * {{ z }} / 2
            {{ sign }} {{ z }} * sqrt(
                cast({{ part }} as double) * ({{ whole }} - {{ part }}) / nullif(cast({{ whole }} as double), 0)
                + {{ z }} * {{ z }} / 4
            )
        ) / nullif(cast({{ whole }} as double) + {{ z }} * {{ z }}, 0),
        6
    ) as double)
{%- endmacro %}

{#- Half of an AUC's interval. A ranking without a fault has no variance; it counts as if half of the next customer
    were misplaced. -#}
{% macro auc_half_width(error, bads, goods, z) -%}
    {{ z }} * case when {{ error }} > 0 then {{ error }} else 0.5 / nullif(least({{ bads }}, {{ goods }}), 0) end
{%- endmacro %}

{#- A figure of a ranking, rounded; null where too few customers went bad or stayed good. -#}
{% macro claimed(figure) -%}
    cast(case when is_sufficient then round({{ figure }}, 6) end as double)
{%- endmacro %}

{#- exact_sum() for terms that may be very small, such as squared pulls on an AUC: eighteen places. -#}
{% macro fine_sum(value) -%}
    cast(sum(cast({{ value }} as decimal(38, 18))) as double)
{%- endmacro %}
