-- Grain: one row per document with an open dispute at as_of: what collections must know before it asks for
-- money
with

states as (

    select * from {{ ref('int_case_states') }}

),

final as (

    select
        document_id,
        cast(count(*) as int) as open_disputes,
        cast(sum(disputed_amount_base) as decimal(18, 2)) as disputed_amount_base,
        cast(max(age_days) as int) as oldest_dispute_days
    from states
    where is_open and is_dispute and document_id is not null
    group by document_id

)

select * from final
