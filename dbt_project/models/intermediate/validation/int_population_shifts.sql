-- Grain: one row per date, measure and cell that holds anybody then or on its reference date: shares of both
-- An empty cell counts half a customer; without a value is a cell of its own.
with

stability_dates as (

    select * from {{ ref('int_stability_dates') }}

),

counted as (

    select
        validation_date,
        measure_type,
        measure_name,
        coalesce(cell, -1) as cell,
        count(*) as customers
    from {{ ref('int_population_cells') }}
    group by validation_date, measure_type, measure_name, coalesce(cell, -1)

),

paired as (

    select
        stability_dates.validation_date,
        stability_dates.reference_date,
        counted.measure_type,
        counted.measure_name,
        counted.cell,
        sum(
            case
                when counted.validation_date = stability_dates.validation_date then counted.customers
                else 0
            end
        ) as customers,
        sum(
            case
                when counted.validation_date = stability_dates.reference_date then counted.customers
                else 0
            end
        ) as reference_customers
    from stability_dates
    inner join counted
        on counted.validation_date in (stability_dates.validation_date, stability_dates.reference_date)
    group by
        stability_dates.validation_date,
        stability_dates.reference_date,
        counted.measure_type,
        counted.measure_name,
        counted.cell

),

totalled as (

    select
        *,
        sum(customers) over (partition by validation_date, measure_type, measure_name) as all_customers,
        sum(reference_customers) over (
            partition by validation_date, measure_type, measure_name
        ) as all_reference_customers
    from paired

),

final as (

    select
        validation_date,
        reference_date,
        measure_type,
        measure_name,
        cell,
        customers,
        reference_customers,
        greatest(cast(customers as double), 0.5) / nullif(all_customers, 0) as share,
        greatest(cast(reference_customers as double), 0.5) / nullif(all_reference_customers, 0)
            as reference_share
    from totalled
    -- a factor that is new, retired, or kept for another date's comparison has nothing to be compared with
    where all_customers > 0 and all_reference_customers > 0

)

select * from final
