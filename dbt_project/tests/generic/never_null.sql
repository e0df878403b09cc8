{% test never_null(model, columns) %}
-- Fails if any of the columns is null. One wide query instead of one for each column; only counts come out.
select
    {% for column in columns %}
    sum(case when {{ column }} is null then 1 else 0 end) as {{ column }}_nulls{{ "," if not loop.last }}
    {% endfor %}
from {{ model }}
having
    {% for column in columns %}
    sum(case when {{ column }} is null then 1 else 0 end) > 0{{ " or" if not loop.last }}
    {% endfor %}
{% endtest %}
