-- Grain: one row per customer with money overdue: where its collection stands, for the rules of the next step
with

promised as (

    select documents.action_id
    from {{ ref('int_promised_documents') }} as documents
    inner join {{ ref('int_overdue_documents') }} as overdue
        on documents.document_id = overdue.document_id
    where overdue.collection_state = 'collectable'
    group by documents.action_id

),

final as (

    select
        arrears.customer_key,
        arrears.hold_reason,
        arrears.collectable_dpd,
        intensities.intensity_rank,
        intensities.intensity_score,
        actions.last_action_date,
        actions.days_since_last_action,
        coalesce(actions.previous_step_rank, 0) as previous_step_rank,
        promises.last_day as promise_last_day,
        -- what was promised is still to be collected, and no step has answered the broken promise
        coalesce(promises.promise_state = 'broken' and promised.action_id is not null, false)
        and coalesce(promises.last_day >= actions.last_action_date, true) as is_promise_broken
    from {{ ref('int_customer_arrears') }} as arrears
    inner join {{ ref('int_collection_intensities') }} as intensities
        on arrears.customer_key = intensities.customer_key
    left join {{ ref('int_customer_collection_actions') }} as actions
        on arrears.customer_key = actions.customer_key
    left join {{ ref('int_customer_promises') }} as promises
        on arrears.customer_key = promises.customer_key
    left join promised
        on promises.action_id = promised.action_id

)

select * from final
