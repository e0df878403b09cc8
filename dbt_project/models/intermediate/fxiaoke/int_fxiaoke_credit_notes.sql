-- Grain: one row per return of goods and claim of its order that it lowers, and one for what is left of it
with

returned_goods as (

    select * from {{ ref('stg_fxiaoke__returned_goods') }}

),

settlements as (

    select * from {{ ref('int_fxiaoke_settlements') }}

),

credited as (

    select
        settlement_id,
        sum(amount) as amount
    from settlements
    where settlement_type = 'return'
    group by settlement_id

),

parts as (

    select
        settlements.settlement_id,
        settlements.settlement_id || ':' || settlements.document_id as document_id,
        settlements.document_id as original_document_id,
        settlements.amount
    from settlements
    where settlements.settlement_type = 'return'
    union all
    select
        returned_goods.document_id as settlement_id,
        returned_goods.document_id,
        cast(null as string) as original_document_id,
        cast(returned_goods.amount - coalesce(credited.amount, 0) as decimal(18, 2)) as amount
    from returned_goods
    left join credited
        on returned_goods.document_id = credited.settlement_id
    where returned_goods.amount > coalesce(credited.amount, 0)

),

final as (

    select
        parts.document_id,
        returned_goods.source_system,
        returned_goods.document_number,
        returned_goods.source_customer_id,
        returned_goods.issue_date,
        returned_goods.currency,
        returned_goods.exchange_rate,
        parts.amount,
        cast(null as string) as original_document_number,
        parts.original_document_id,
        'issued' as source_status,
        returned_goods.record_file,
        returned_goods.record_line
    from parts
    inner join returned_goods
        on parts.settlement_id = returned_goods.document_id

)

select * from final
