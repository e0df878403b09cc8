{% test unique_key(model, columns) %}
-- Fails if two rows share the key, or a part of it is null. One query for a key of any width.
select
    {{ columns | join(', ') }},
    count(*) as copies
from {{ model }}
group by {{ columns | join(', ') }}
having
    count(*) > 1
    {% for column in columns %}or {{ column }} is null {% endfor %}
{% endtest %}
