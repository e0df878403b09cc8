-- Grain: one row per case opened up to as_of, as it stood at the end of that day
-- What happened later had not happened: a case resolved after as_of is open, one opened again after it
-- closed.
with

cases as (

    select * from {{ ref('int_priced_cases') }}

),

clocks as (

    select * from {{ ref('int_case_clocks') }}

),

cutoffs as (

    select * from {{ ref('int_calendar_cutoffs') }}
    where is_company

),

context as (

    select as_of_date from {{ ref('stg_run__context') }}

),

dated as (

    select
        cases.*,
        clocks.opened_date,
        clocks.resolved_date,
        coalesce(clocks.answered_second < cutoffs.cutoff_second, false) as is_answered,
        coalesce(clocks.resolved_second < cutoffs.cutoff_second, false) as is_resolved,
        coalesce(clocks.reopened_second < cutoffs.cutoff_second, false) as is_reopened,
        case
            when clocks.resolved_second >= cutoffs.cutoff_second then true
            when
                clocks.reopened_second >= cutoffs.cutoff_second and clocks.resolved_second is not null
                then false
            else cases.status = 'open'
        end as is_open,
        context.as_of_date
    from cases
    inner join clocks
        on cases.case_id = clocks.case_id
    inner join cutoffs
        on clocks.calendar = cutoffs.calendar
    cross join context
    where clocks.opened_second < cutoffs.cutoff_second

),

final as (

    select
        case_id,
        case_number,
        customer_key,
        case_type,
        coalesce(severity, 'unknown') as case_severity,
        channel,
        is_open,
        opened_at,
        opened_date,
        case when is_answered then first_response_at end as first_response_at,
        case when is_resolved and not is_open then resolved_at end as resolved_at,
        case when is_reopened then reopened_at end as reopened_at,
        cast(
            case
                when is_reopened then greatest(coalesce(reopen_count, 1), 1)
                when reopened_at is not null then greatest(coalesce(reopen_count, 1) - 1, 0)
                else coalesce(reopen_count, 0)
            end as int
        ) as reopen_count,
        case when not is_open then resolution_way end as resolution_way,
        case when not is_open then resolution_result end as resolution_result,
        case_type = 'dispute' or coalesce(disputed_amount > 0, false) as is_dispute,
        document_id,
        currency,
        disputed_amount,
        disputed_amount_base,
        cast(
            case
                when is_open then {{ days_between('opened_date', 'as_of_date') }}
                when is_resolved then {{ days_between('opened_date', 'resolved_date') }}
            end as int
        ) as days_open,
        {{ days_between('opened_date', 'as_of_date') }} as age_days
    from dated

)

select * from final
