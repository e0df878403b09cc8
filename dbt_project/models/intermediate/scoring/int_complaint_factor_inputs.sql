-- Grain: one row per customer and complaint factor that has a value. Whoever has no case is not measured:
-- that nobody wrote down a complaint is no evidence of none.
with service as (
    select * from {{ ref('int_customer_service') }}
),

buying as (
    select
        customer_key,
        revenue_365
    from {{ ref('int_customer_buying') }}
),

measured as (
    select
        service.customer_key,
        service.cases,
        service.complaint_load,
        service.backlog_pressure,
        service.responses_measured - service.responses_in_time
        + service.resolutions_measured - service.resolutions_in_time as missed_targets,
        service.reopened_cases,
        service.escalation_load,
        case
            when service.disputed_open_base <= 0 then 0
            else
                cast(service.disputed_open_base as double)
                / nullif(cast(greatest(coalesce(buying.revenue_365, 0), 0) as double) / 12, 0)
        end as disputed_months
    from service
    left join buying on service.customer_key = buying.customer_key
),

final as (
    {{ factor_rows('measured', {
        'complaint_load': ('cases', 'cases'),
        'backlog_pressure': ('cases', 'cases'),
        'missed_targets': ('cases', 'cases'),
        'disputed_months': ('cases', 'cases'),
        'reopened_cases': ('cases', 'cases'),
        'escalation_load': ('cases', 'cases')
    }) }}
)

select * from final
