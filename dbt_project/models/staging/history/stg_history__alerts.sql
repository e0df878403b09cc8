-- Grain: one row per customer, alert and earlier as_of date on which it was open or was cleared
with

source as (

    select * from {{ raw('history', 'mart_alerts') }}

),

final as (

    select
        as_of_date,
        customer_key,
        alert_id,
        dimension,
        alert_state,
        alert_severity,
        action_owner,
        opened_date,
        changed_date,
        action_due_date,
        said_value
    from source

)

select * from final
