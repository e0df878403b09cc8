-- Grain: one row per follow-up record of sales, with its customer
-- It names the customer, or an opportunity of the customer.
{{ config(materialized='view') }}

with

records as (

    select * from {{ ref('stg_fxiaoke__active_records') }}

),

opportunities as (

    select * from {{ ref('stg_fxiaoke__opportunities') }}

),

final as (

    select
        records.source_system,
        records.activity_id,
        coalesce(records.source_customer_id, opportunities.source_customer_id) as source_customer_id,
        records.contact_id,
        records.source_activity_type,
        records.activity_date,
        records.owner_id,
        records.source_direction,
        cast(null as boolean) as is_completed,
        records.record_file,
        records.record_line
    from records
    left join opportunities
        on records.opportunity_id = opportunities.opportunity_id

)

select * from final
