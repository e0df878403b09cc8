-- Grain: one row per customer with money overdue and any step taken for it: the last one and the farthest
-- Steps about invoices paid since, or from before what is overdue now fell due, are of an earlier time.
with

context as (

    select as_of_date from {{ ref('stg_run__context') }}

),

arrears as (

    select * from {{ ref('int_customer_arrears') }}

),

documents as (

    select * from {{ ref('int_overdue_documents') }}

),

step_ranks as (

    select
        action_type,
        max(step_rank) as step_rank
    from {{ ref('stg_rules__collection_steps') }}
    where action_type is not null
    group by action_type

),

taken as (

    select
        actions.customer_key,
        actions.action_type,
        actions.action_date,
        coalesce(step_ranks.step_rank, 0) as step_rank,
        row_number() over (
            partition by actions.customer_key
            order by
                actions.action_date desc nulls last,
                step_ranks.step_rank desc nulls last,
                actions.action_id desc nulls last
        ) as newest_first,
        row_number() over (
            partition by actions.customer_key
            order by
                step_ranks.step_rank desc nulls last,
                actions.action_date desc nulls last,
                actions.action_id desc nulls last
        ) as farthest_first
    from {{ ref('int_collection_actions') }} as actions
    cross join context
    inner join arrears
        on actions.customer_key = arrears.customer_key
    left join documents
        on actions.document_id = documents.document_id
    left join step_ranks
        on actions.action_type = step_ranks.action_type
    where
        actions.action_date <= context.as_of_date
        and (
            documents.document_id is not null
            or (actions.document_id is null and actions.action_date > arrears.oldest_due_date)
        )

),

final as (

    select
        taken.customer_key,
        max(case when taken.newest_first = 1 then taken.action_type end) as last_action_type,
        max(taken.action_date) as last_action_date,
        {{ days_between('max(taken.action_date)', 'max(context.as_of_date)') }} as days_since_last_action,
        max(case when taken.farthest_first = 1 and taken.step_rank > 0 then taken.action_type end)
            as previous_step,
        cast(max(taken.step_rank) as int) as previous_step_rank
    from taken
    cross join context
    group by taken.customer_key

)

select * from final
