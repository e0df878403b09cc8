-- Fails if a bucket of mart_ar_ageing is not the bucket of fct_customer_risk, or the buckets do not sum to
-- the open balance.
with ageing as (
    select
        customer_key,
        {% for bucket in ['current', '1_30', '31_60', '61_90', '91_120', 'over_120', 'credit'] %}
        sum(case when ageing_bucket = '{{ bucket }}' then balance_base else 0 end) as ageing_{{ bucket }},
        {% endfor %}
        sum(balance_base) as balance_base
    from {{ ref('mart_ar_ageing') }}
    group by customer_key
),

risks as (
    select * from {{ ref('fct_customer_risk') }}
),

violations as (
    select coalesce(risks.customer_key, ageing.customer_key) as customer_key
    from risks
    full outer join ageing on risks.customer_key = ageing.customer_key
    where
        risks.customer_key is null
        or risks.open_balance != coalesce(ageing.balance_base, 0)
        {% for bucket in ['current', '1_30', '31_60', '61_90', '91_120', 'over_120', 'credit'] %}
        or risks.ageing_{{ bucket }} != coalesce(ageing.ageing_{{ bucket }}, 0)
        {% endfor %}
)

select * from violations
