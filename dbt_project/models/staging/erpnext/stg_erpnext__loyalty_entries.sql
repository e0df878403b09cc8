-- Grain: one row per loyalty point entry; points expire by their day, there is no entry for it
with

{{ newest_row_per_key(raw('erpnext', 'loyalty_point_entries'), 'entry', modified='modified') }},

typed as (

    select
        *,
        {{ safe_decimal('loyalty_points') }} as signed_points
    from newest_rows

),

final as (

    select
        'erpnext' as source_system,
        'erpnext:' || entry as entry_id,
        customer as source_customer_id,
        {{ safe_date('posting_date') }} as entry_date,
        case
            when signed_points >= 0 then 'earned'
            when redeem_against is not null then 'redeemed'
            else 'adjusted'
        end as source_entry_type,
        -- a redemption is counted in points used; only an adjustment keeps its sign
        case when redeem_against is not null then abs(signed_points) else signed_points end as points,
        {{ safe_date('expiry_date') }} as expiry_date,
        loyalty_program as plan,
        loyalty_program_tier as plan_tier,
        _file as record_file,
        _line as record_line
    from typed

)

select * from final
