-- Grain: one row per customer with a purchase: recency, frequency and amount scored by stored boundaries
-- The amount of whom no invoice is known is what it ordered.
with buying as (
    select
        buying.customer_key,
        cast(buying.recency_days as double) as recency,
        cast(buying.purchases_365 as double) as frequency,
        cast(
            case
                when not {{ has_invoice('buying') }} then coalesce(orders.ordered_365, 0)
                else greatest(buying.revenue_365, 0)
            end as double
        ) as monetary
    from {{ ref('int_customer_buying') }} as buying
    left join {{ ref('int_customer_orders') }} as orders on buying.customer_key = orders.customer_key
),

bands as (
    select * from {{ ref('stg_rules__rfm_bands') }}
),

scored as (
    select
        buying.customer_key,
        recency_bands.rfm_score as recency_score,
        frequency_bands.rfm_score as frequency_score,
        monetary_bands.rfm_score as monetary_score
    from buying
    {% for measure in ['recency', 'frequency', 'monetary'] %}
    inner join bands as {{ measure }}_bands
        on
            {{ measure }}_bands.rfm_measure = '{{ measure }}'
            and buying.{{ measure }} >= {{ measure }}_bands.lower_bound
            and (
                buying.{{ measure }} < {{ measure }}_bands.upper_bound
                or {{ measure }}_bands.upper_bound is null
            )
    {% endfor %}
),

matched as (
    select
        scored.*,
        segments.rfm_segment,
        row_number() over (
            partition by scored.customer_key order by segments.sort_order asc nulls last
        ) as segment_position
    from scored
    inner join {{ ref('stg_rules__rfm_segments') }} as segments
        on
            scored.recency_score between segments.recency_from and segments.recency_to
            and scored.frequency_score between segments.frequency_from and segments.frequency_to
            and scored.monetary_score between segments.monetary_from and segments.monetary_to
),

final as (
    select
        customer_key,
        recency_score,
        frequency_score,
        monetary_score,
        round(cast(recency_score + frequency_score + monetary_score as double) / 3, 6) as rfm_mean,
        rfm_segment
    from matched
    where segment_position = 1
)

select * from final
