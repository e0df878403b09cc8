-- Grain: one row per invoice settled on several days and each such day but the last
-- Few invoices are: only they pay for running sums.
{{ config(materialized='view') }}

with

movements as (

    select * from {{ ref('int_document_movements') }}

),

settlements as (

    select * from {{ ref('int_document_settlements') }}

),

by_day as (

    select
        movements.document_id,
        movements.movement_date,
        sum(movements.settled_amount) as settled_amount,
        sum(movements.late_amount_days) as late_amount_days,
        sum(movements.early_amount_days) as early_amount_days
    from movements
    inner join settlements
        on movements.document_id = settlements.document_id
    where settlements.first_movement_date < settlements.last_movement_date
    group by movements.document_id, movements.movement_date

),

cumulated as (

    select
        document_id,
        movement_date as valid_from,
        lead(movement_date) over (partition by document_id order by movement_date asc) as valid_to,
        sum(settled_amount) over running as settled_amount,
        sum(late_amount_days) over running as late_amount_days,
        sum(early_amount_days) over running as early_amount_days
    from by_day
    window running as (
        partition by document_id
        order by movement_date asc
        rows between unbounded preceding and current row
    )

),

final as (

    select
        document_id,
        valid_from,
        valid_to,
        cast(settled_amount as decimal(18, 2)) as settled_amount,
        cast(late_amount_days as decimal(28, 2)) as late_amount_days,
        cast(early_amount_days as decimal(28, 2)) as early_amount_days
    from cumulated
    where valid_to is not null

)

select * from final
