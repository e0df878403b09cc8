{% test unique_key(model, columns, newest=none) %}
-- Fails if two rows share the key, or a part of it is null. One query for a key of any width.
-- `newest` names the date column of a model that repeats rows of many dates: its last date stands for all, since
-- each of the others was tested when it was the last.
select
    {{ columns | join(', ') }},
    count(*) as copies
from {{ model }}
{% if newest -%}
where {{ newest }} = (select max({{ newest }}) from {{ model }})
{% endif -%}
group by {{ columns | join(', ') }}
having
    count(*) > 1
    {% for column in columns %}or {{ column }} is null {% endfor %}
{% endtest %}
