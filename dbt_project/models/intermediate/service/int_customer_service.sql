-- Grain: one row per customer with a case that is open or was opened in the lookback
-- Counts and sums, not shares: a further complaint never makes a customer look better.
with

loads as (

    select * from {{ ref('int_case_loads') }}
    where customer_key is not null and (is_open or is_recent)

),

final as (

    select
        customer_key,
        cast(count(*) as int) as cases,
        cast(sum(case when is_open then 1 else 0 end) as int) as open_cases,
        cast(sum(case when is_open and case_type = 'complaint' then 1 else 0 end) as int) as open_complaints,
        cast(sum(case when is_open and is_dispute then 1 else 0 end) as int) as open_disputes,
        cast(coalesce(sum(case when is_open then disputed_amount_base end), 0) as decimal(18, 2))
            as disputed_open_base,
        cast(max(case when is_open and is_dispute then age_days end) as int) as oldest_dispute_days,
        cast(sum(case when is_recent and case_type != 'service' then 1 else 0 end) as int)
            as recent_complaints,
        cast(sum(case when response_state in ('met', 'breached') then 1 else 0 end) as int)
            as responses_measured,
        cast(sum(case when response_state = 'met' then 1 else 0 end) as int) as responses_in_time,
        cast(sum(case when resolution_state in ('met', 'breached') then 1 else 0 end) as int)
            as resolutions_measured,
        cast(sum(case when resolution_state = 'met' then 1 else 0 end) as int) as resolutions_in_time,
        cast(sum(case when is_recent then reopen_count else 0 end) as int) as reopened_cases,
        {{ exact_sum('case when is_recent then complaint_weight else 0 end') }} as complaint_load,
        {{ exact_sum('case when is_recent then escalation_weight else 0 end') }} as escalation_load,
        round(cast(coalesce(max(target_share_used), 0) as double), 6) as backlog_pressure
    from loads
    group by customer_key

)

select * from final
