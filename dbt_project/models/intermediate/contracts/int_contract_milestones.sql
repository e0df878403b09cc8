-- Grain: one row per contract milestone of any source, with its customer
-- Dates are not cut off here: what counts on a day is for the models that measure.
with

records as (

    {{ union_of(['stg_files__contract_milestones'], [
        'source_system', 'milestone_id', 'contract_id', 'source_milestone_type',
        'source_responsible_party', 'planned_date', 'actual_date', 'currency', 'amount', 'record_file',
        'record_line',
    ]) }}

),

milestone_type_values as (

    {{ values_of('contract_milestones', 'milestone_type') }}

),

responsible_party_values as (

    {{ values_of('contract_milestones', 'responsible_party') }}

),

final as (

    select
        records.milestone_id,
        records.contract_id,
        {{ canonical('milestone_type') }} as milestone_type,
        {{ canonical('responsible_party') }} as responsible_party,
        records.planned_date,
        records.actual_date,
        records.currency,
        records.amount,
        records.source_system,
        records.record_file,
        records.record_line
    from records
    left join milestone_type_values
        on
            records.source_system = milestone_type_values.source
            and lower(trim(records.source_milestone_type)) = milestone_type_values.source_value
    left join responsible_party_values
        on
            records.source_system = responsible_party_values.source
            and lower(trim(records.source_responsible_party)) = responsible_party_values.source_value
    where
        {{ canonical('milestone_type') }} is not null
        and {{ canonical('responsible_party') }} is not null

)

select * from final
