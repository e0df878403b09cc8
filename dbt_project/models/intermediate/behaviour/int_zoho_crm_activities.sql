-- Grain: one row per call, meeting, visit or task of Zoho CRM, with the account of the record it belongs to
-- That record is an account itself or a deal of one; any other record leaves the customer to the contact.
{{ config(materialized='view') }}

with

records as (

    {{ union_of(['stg_zoho_crm__calls', 'stg_zoho_crm__events', 'stg_zoho_crm__tasks'], [
        'source_system', 'activity_id', 'contact_id', 'related_record_id', 'source_activity_type',
        'activity_date', 'owner_id', 'source_direction', 'is_completed', 'record_file', 'record_line',
    ]) }}

),

deals as (

    select * from {{ ref('stg_zoho_crm__deals') }}

),

final as (

    select
        records.source_system,
        records.activity_id,
        coalesce(deals.source_customer_id, records.related_record_id) as source_customer_id,
        records.contact_id,
        records.source_activity_type,
        records.activity_date,
        records.owner_id,
        records.source_direction,
        records.is_completed,
        records.record_file,
        records.record_line
    from records
    left join deals
        on 'zoho_crm:' || records.related_record_id = deals.opportunity_id

)

select * from final
