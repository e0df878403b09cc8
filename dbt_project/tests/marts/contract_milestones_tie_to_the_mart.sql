-- Fails if the milestones, or their late ones, of the contracts in the mart are not those of the source
-- records.
with published as (
    select
        coalesce(sum(milestones), 0) as milestones,
        coalesce(sum(milestones_due), 0) as milestones_due,
        coalesce(sum(company_late) + sum(customer_late), 0) as late
    from {{ ref('mart_contract_risk') }}
),

context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

recorded as (
    select
        count(*) as milestones,
        coalesce(sum(case when milestones.planned_date <= context.as_of_date then 1 else 0 end), 0)
            as milestones_due,
        coalesce(
            sum(
                case
                    when
                        least(coalesce(milestones.actual_date, context.as_of_date), context.as_of_date)
                        > milestones.planned_date
                        then 1
                    else 0
                end
            ), 0
        ) as late
    from {{ ref('int_contract_milestones') }} as milestones
    cross join context
    inner join {{ ref('int_contract_states') }} as states on milestones.contract_id = states.contract_id
),

violations as (
    select
        published.milestones,
        recorded.milestones as recorded_milestones
    from published
    cross join recorded
    where
        published.milestones != recorded.milestones
        or published.milestones_due != recorded.milestones_due
        or published.late != recorded.late
)

select * from violations
