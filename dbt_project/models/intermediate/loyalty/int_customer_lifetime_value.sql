-- Grain: one row per customer with a purchase: what it brought and is expected to bring, in base currency
-- Expected: chance that it buys in a year x yearly revenue x margin rate, for each year ahead with
-- the retention and the discount of the rules: the sum of a geometric series.
with parameters as (
    select
        cast(max(case when parameter = 'lifetime_years' then value end) as double) as years,
        cast(max(case when parameter = 'lifetime_retention' then value end) as double) as retention,
        cast(max(case when parameter = 'lifetime_discount' then value end) as double) as discount,
        cast(max(case when parameter = 'default_margin_rate' then value end) as double) as default_margin_rate
    from {{ ref('stg_rules__model_parameters') }}
),

measured as (
    select
        buying.customer_key,
        buying.revenue_to_date,
        1 - outlook.leaving_probability as stay_probability,
        cast(outlook.yearly_revenue as double) as yearly_revenue,
        coalesce(margins.margin_rate, parameters.default_margin_rate) as margin_rate,
        margins.margin_rate is null as is_margin_defaulted,
        parameters.retention / (1 + parameters.discount) as yearly_factor,
        parameters.years
    from {{ ref('int_customer_buying') }} as buying
    cross join parameters
    inner join {{ ref('int_customer_outlook') }} as outlook on buying.customer_key = outlook.customer_key
    left join {{ ref('int_customer_margins') }} as margins on buying.customer_key = margins.customer_key
),

final as (
    select
        customer_key,
        revenue_to_date,
        margin_rate,
        is_margin_defaulted,
        cast(
            round(
                stay_probability * yearly_revenue * margin_rate
                * (1 - power(yearly_factor, years)) / nullif(1 - yearly_factor, 0),
                2
            ) as decimal(18, 2)
        ) as expected_value,
        cast(
            round(
                cast(revenue_to_date as double) * margin_rate
                + stay_probability * yearly_revenue * margin_rate
                * (1 - power(yearly_factor, years)) / nullif(1 - yearly_factor, 0),
                2
            ) as decimal(18, 2)
        ) as lifetime_value
    from measured
)

select * from final
