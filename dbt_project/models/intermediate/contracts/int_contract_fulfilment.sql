-- Grain: one row per contract with milestones: what was due by as_of, what of it is fulfilled, and how late
-- Sums, so that customers and companies add up; recent_ counts what fell due within the lookback.
with

milestones as (

    select * from {{ ref('int_milestone_states') }}

),

final as (

    select
        contract_id,
        cast(count(*) as int) as milestones,
        cast(sum(case when is_due then 1 else 0 end) as int) as milestones_due,
        cast(sum(case when is_due and is_fulfilled then 1 else 0 end) as int) as milestones_fulfilled,
        cast(sum(case when not is_fulfilled then 1 else 0 end) as int) as milestones_open,
        cast(sum(case when is_due then amount_base end) as decimal(18, 2)) as value_due,
        cast(
            sum(
                case
                    when
                        is_due and amount_base is not null
                        then case when is_fulfilled then amount_base else 0 end
                end
            )
            as decimal(18, 2)
        ) as value_fulfilled,
        min(case when not is_due and not is_fulfilled then planned_date end) as next_planned_date,
        {% for party in ['company', 'customer'] %}
        cast(sum(case when responsible_party = '{{ party }}' and is_due then 1 else 0 end) as int)
            as {{ party }}_due,
        cast(sum(case when responsible_party = '{{ party }}' and is_late then 1 else 0 end) as int)
            as {{ party }}_late,
        cast(sum(case when responsible_party = '{{ party }}' and is_breach then 1 else 0 end) as int)
            as {{ party }}_breaches,
        cast(
            sum(
                case when responsible_party = '{{ party }}' and is_late and not is_fulfilled then 1 else 0 end
            ) as int
        )
            as {{ party }}_overdue,
        cast(coalesce(sum(case when responsible_party = '{{ party }}' then days_late end), 0) as int)
            as {{ party }}_late_days,
        cast(max(case when responsible_party = '{{ party }}' then days_late end) as int)
            as {{ party }}_max_late_days,
        cast(sum(case when responsible_party = '{{ party }}' and is_recent then 1 else 0 end) as int)
            as recent_{{ party }}_due,
        cast(
            coalesce(
                sum(case when responsible_party = '{{ party }}' and is_recent then days_late end), 0
            ) as int
        )
            as recent_{{ party }}_late_days,
        cast(
            sum(
                case when responsible_party = '{{ party }}' and is_recent and is_breach then 1 else 0 end
            ) as int
        )
            as recent_{{ party }}_breaches,
        {% endfor %}
        cast(sum(case when is_recent then 1 else 0 end) as int) as recent_due,
        cast(sum(case when is_recent and is_fulfilled then 1 else 0 end) as int) as recent_fulfilled
    from milestones
    group by contract_id

)

select * from final
