-- Grain: one row per customer with a service case of the lookback: what it asked for and still waits for
-- Complaints and disputes are a dimension of their own; a case closed without a day is closed.
with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

parameters as (
    select max(value) as lookback_days
    from {{ ref('stg_rules__model_parameters') }}
    where parameter = 'lookback_days'
),

dated as (
    select
        customer_key,
        status,
        resolved_at,
        cast(opened_at as date) as opened_date,
        cast(resolved_at as date) as resolved_date,
        case when resolved_at is null or reopened_at > resolved_at then cast(reopened_at as date) end
            as reopened_date
    from {{ ref('int_cases') }}
    where case_type = 'service' and customer_key is not null
),

aged as (
    select
        dated.customer_key,
        {{ days_between('dated.opened_date', 'context.as_of_date') }} as age_days,
        case
            when dated.reopened_date <= context.as_of_date then true
            when dated.resolved_at is null then dated.status = 'open'
            else dated.resolved_date > context.as_of_date
        end as is_open
    from dated
    cross join context
    where dated.opened_date <= context.as_of_date
),

final as (
    select
        aged.customer_key,
        cast(count(*) as int) as service_cases,
        cast(sum(case when aged.is_open then 1 else 0 end) as int) as open_needs,
        -- nothing open is nil days, not unknown: the customer is known to ask
        cast(max(case when aged.is_open then aged.age_days else 0 end) as int) as open_need_days
    from aged
    cross join parameters
    where aged.is_open or aged.age_days < parameters.lookback_days
    group by aged.customer_key
)

select * from final
