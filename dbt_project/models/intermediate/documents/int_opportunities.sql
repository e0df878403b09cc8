-- Grain: one row per opportunity, with its customer and canonical stage
with

deals as (

    select * from {{ ref('stg_zoho_crm__deals') }}

),

fxiaoke_opportunities as (

    select * from {{ ref('stg_fxiaoke__opportunities') }}

),

files_opportunities as (

    select * from {{ ref('stg_files__opportunities') }}

),

identities as (

    select * from {{ ref('int_customer_identities') }}

),

stages as (

    select
        lower(trim(source_value)) as source_value,
        canonical_value
    from {{ ref('stg_rules__value_mappings') }}
    where source = 'zoho_crm' and entity = 'deals' and column_name = 'stage'

),

fxiaoke_stages as (

    {{ values_of('opportunities', 'stage') }}

),

opportunities as (

    select
        deals.opportunity_id,
        deals.source_system,
        deals.source_customer_id,
        stages.canonical_value as stage,
        deals.created_date,
        deals.close_date,
        deals.lost_reason,
        deals.last_activity_date
    from deals
    inner join stages
        on lower(trim(deals.source_stage)) = stages.source_value
    union all
    select
        fxiaoke_opportunities.opportunity_id,
        fxiaoke_opportunities.source_system,
        fxiaoke_opportunities.source_customer_id,
        fxiaoke_stages.canonical_value as stage,
        fxiaoke_opportunities.created_date,
        fxiaoke_opportunities.close_date,
        fxiaoke_opportunities.lost_reason,
        fxiaoke_opportunities.last_activity_date
    from fxiaoke_opportunities
    inner join fxiaoke_stages
        on
            fxiaoke_opportunities.source_system = fxiaoke_stages.source
            and lower(trim(fxiaoke_opportunities.source_stage)) = fxiaoke_stages.source_value
    -- an invalid one was entered by mistake
    where fxiaoke_stages.canonical_value != 'void'
    union all
    select
        opportunity_id,
        source_system,
        source_customer_id,
        stage,
        created_date,
        close_date,
        lost_reason,
        cast(null as date) as last_activity_date
    from files_opportunities

),

final as (

    select
        opportunities.opportunity_id,
        identities.customer_key,
        opportunities.stage,
        opportunities.created_date,
        opportunities.close_date,
        opportunities.lost_reason,
        opportunities.last_activity_date
    from opportunities
    left join identities
        on
            opportunities.source_system = identities.source_system
            and opportunities.source_customer_id = identities.source_customer_id

)

select * from final
