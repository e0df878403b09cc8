-- Grain: one row per opportunity of either generation
-- A migration leaves the old record behind: of the same id, or name at a customer, only the new one counts.
with

{{ both_generations(
    [('NewOpportunityObj', 'new_opportunities', 1), ('OpportunityObj', 'opportunities', 2)],
    ['opportunity_id', 'opportunity_name', 'account_id', 'stage', 'amount', 'currency', 'exchange_rate', 'close_date',
    'lost_reason', 'last_followed_date', 'created_date'],
) }},

{{ counted_records('generations', 'source_object, opportunity_id') }},

compared as (

    select
        *,
        min(generation_rank) over (partition by opportunity_id) as first_of_id,
        min(generation_rank) over (partition by account_id, opportunity_name) as first_of_name
    from counted

),

final as (

    select
        'fxiaoke' as source_system,
        source_object,
        'fxiaoke:' || opportunity_id as opportunity_id,
        account_id as source_customer_id,
        stage as source_stage,
        {{ safe_decimal('amount') }} as amount,
        currency,
        {{ safe_rate('exchange_rate') }} as exchange_rate,
        {{ safe_date('created_date') }} as created_date,
        {{ safe_date('close_date') }} as close_date,
        {{ safe_date('last_followed_date') }} as last_activity_date,
        lost_reason,
        _file as record_file,
        _line as record_line
    from compared
    where
        generation_rank = first_of_id
        and (account_id is null or opportunity_name is null or generation_rank = first_of_name)

)

select * from final
