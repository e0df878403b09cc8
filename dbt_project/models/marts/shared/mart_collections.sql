-- Grain: one row per customer with money overdue: the worklist of the collectors, by priority
with context as (
    select * from {{ ref('stg_run__context') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

final as (
    select
        {{ md5_key(['context.as_of_date', 'arrears.customer_key']) }} as collection_key,
        context.as_of_date,
        arrears.customer_key,
        customers.customer_id,
        customers.customer_name,
        cast(
            row_number() over (
                order by
                    intensities.intensity_rank desc nulls last,
                    intensities.intensity_score desc nulls last,
                    arrears.age_weighted_amount desc nulls last,
                    arrears.customer_key asc nulls last
            ) as int
        ) as priority_rank,
        intensities.intensity,
        intensities.intensity_en,
        intensities.intensity_zh,
        intensities.intensity_score,
        coalesce(intensities.reason_1_code, steps.step_id) as reason_1_code,
        coalesce(intensities.reason_1_en, steps.step_reason_en) as reason_1_en,
        coalesce(intensities.reason_1_zh, steps.step_reason_zh) as reason_1_zh,
        {% for position in [2, 3] %}
        intensities.reason_{{ position }}_code,
        intensities.reason_{{ position }}_en,
        intensities.reason_{{ position }}_zh,
        {% endfor %}
        tiers.risk_tier,
        arrears.overdue_balance,
        receivables.overdue_rate,
        cast(receivables.overdue_documents as int) as overdue_documents,
        receivables.oldest_dpd,
        arrears.oldest_due_date,
        arrears.largest_overdue_item,
        arrears.disputed_balance,
        cast(arrears.open_disputes as int) as open_disputes,
        arrears.promised_balance,
        arrears.collectable_balance,
        arrears.collectable_dpd,
        arrears.age_weighted_amount,
        receivables.unapplied_credits,
        cast(behaviours.avg_days_late as double) as avg_days_late,
        promises.promised_payment_date,
        promises.promised_amount_base,
        promises.promise_state,
        cast(coalesce(promises.broken_promises, 0) as int) as broken_promises,
        actions.last_action_type,
        actions.last_action_date,
        cast(actions.days_since_last_action as int) as days_since_last_action,
        actions.previous_step,
        steps.step_id as collection_step,
        steps.step_en as action_en,
        steps.step_zh as action_zh,
        steps.step_reason_en,
        steps.step_reason_zh,
        steps.responsible,
        steps.action_due_date,
        cast(coalesce(people.people_to_call, 0) as int) as people_to_call,
        people.call_roles,
        context.rules_version,
        context.run_id
    from {{ ref('int_customer_arrears') }} as arrears
    cross join context
    inner join customers on arrears.customer_key = customers.customer_key
    inner join {{ ref('int_collection_intensities') }} as intensities
        on arrears.customer_key = intensities.customer_key
    inner join {{ ref('int_collection_steps') }} as steps on arrears.customer_key = steps.customer_key
    inner join {{ ref('int_customer_tiers') }} as tiers on arrears.customer_key = tiers.customer_key
    inner join {{ ref('int_customer_receivables') }} as receivables
        on arrears.customer_key = receivables.customer_key
    left join {{ ref('int_customer_payment_behaviour') }} as behaviours
        on arrears.customer_key = behaviours.customer_key
    left join {{ ref('int_customer_promises') }} as promises on arrears.customer_key = promises.customer_key
    left join {{ ref('int_customer_collection_actions') }} as actions
        on arrears.customer_key = actions.customer_key
    left join {{ ref('int_collection_people') }} as people on arrears.customer_key = people.customer_key
)

select * from final
