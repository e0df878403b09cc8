-- Grain: one row per customer with a service case of the lookback: what it asked for and still waits for
-- Complaints and disputes are a dimension of their own.
with parameters as (
    select max(value) as lookback_days
    from {{ ref('stg_rules__model_parameters') }}
    where parameter = 'lookback_days'
),

final as (
    select
        cases.customer_key,
        cast(count(*) as int) as service_cases,
        cast(sum(case when cases.is_open then 1 else 0 end) as int) as open_needs,
        -- nothing open is nil days, not unknown: the customer is known to ask
        cast(max(case when cases.is_open then cases.age_days else 0 end) as int) as open_need_days
    from {{ ref('int_case_states') }} as cases
    cross join parameters
    where
        cases.customer_key is not null
        and cases.case_type = 'service'
        and (cases.is_open or cases.age_days < parameters.lookback_days)
    group by cases.customer_key
)

select * from final
