{#- Counts over rows of int_survey_scores, and from them NPS, CSAT and CES with their interval. -#}
{% macro survey_counts() -%}
        count(distinct survey_id) as invited,
        count(distinct case when survey_score is not null then survey_id end) as answered,
        count(survey_score) as answers,
        sum(case when survey_score is not null then is_promoter else 0 end) as promoters,
        sum(case when survey_score is not null then is_detractor else 0 end) as detractors,
        sum(case when survey_score is not null then is_satisfied else 0 end) as satisfied,
        {{ exact_sum('survey_score') }} as score_sum,
        {{ exact_sum('survey_score * survey_score') }} as score_squares
{%- endmacro %}

{#- NPS = % promoters - % detractors (-100..100), CSAT = % satisfied (0..100), CES = mean of 1..7. -#}
{% macro survey_value() -%}
    case metric
        when 'nps' then 100 * cast(promoters - detractors as double) / nullif(answers, 0)
        when 'csat' then 100 * cast(satisfied as double) / nullif(answers, 0)
        else score_sum / nullif(answers, 0)
    end
{%- endmacro %}

{#- Half width of the interval round its centre: NPS by the variance of +1, 0, -1; CES by the sample variance (from two
    answers on); CSAT by Wilson, whose centre is drawn to a half, so that few answers never look certain. -#}
{% macro survey_half_width(z) -%}
    case metric
        when 'nps'
            then
                100 * {{ z }} * sqrt(
                    greatest(
                        cast(promoters + detractors as double) / nullif(answers, 0)
                        - power(cast(promoters - detractors as double) / nullif(answers, 0), 2),
                        0
                    ) / nullif(answers, 0)
                )
        when 'csat'
            then
                100 * {{ z }} * sqrt(
                    cast(satisfied as double) * (answers - satisfied) / nullif(answers, 0)
                    + {{ z }} * {{ z }} / 4
                ) / nullif(answers + {{ z }} * {{ z }}, 0)
        else
            {{ z }} * sqrt(
                greatest(score_squares - score_sum * score_sum / nullif(answers, 0), 0)
                / nullif(answers - 1, 0) / nullif(answers, 0)
            )
    end
{%- endmacro %}

{% macro survey_centre(z) -%}
    case metric
        when 'csat' then 100 * (satisfied + {{ z }} * {{ z }} / 2) / nullif(answers + {{ z }} * {{ z }}, 0)
        else survey_value
    end
{%- endmacro %}

{#- So many attributes at most share one regression; SQL has no loop of its own, so the sweeps are written out. -#}
{% macro driver_sweeps() -%}
    {{ return(12) }}
{%- endmacro %}
