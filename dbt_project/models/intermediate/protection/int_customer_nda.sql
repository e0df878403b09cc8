-- Grain: one row per customer with a signed contract or NDA: whether what is shared with it is protected
-- An NDA in force or a confidentiality clause in a contract in force protects; a clause nobody looked for is
-- unknown.
with

states as (

    select * from {{ ref('int_contract_states') }}
    where customer_key is not null and contract_state not in ('draft', 'void')

),

summed as (

    select
        customer_key,
        max(case when is_in_force and contract_type != 'nda' then 1 else 0 end) as has_business,
        max(case when is_in_force and contract_type = 'nda' then 1 else 0 end) as has_nda,
        max(case when is_in_force and has_confidentiality then 1 else 0 end) as has_clause,
        max(
            case when is_in_force and contract_type != 'nda' and has_confidentiality is null then 1 else 0 end
        ) as has_unknown,
        max(
            case
                when contract_type = 'nda' and not is_in_force and contract_state != 'signed' then 1 else 0
            end
        )
            as had_nda,
        max(case when is_in_force and (contract_type = 'nda' or has_confidentiality) then end_date end)
            as nda_end_date,
        max(
            case
                when contract_type = 'nda' and not is_in_force then coalesce(terminated_date, end_date)
            end
        ) as last_nda_date
    from states
    group by customer_key

),

final as (

    select
        customer_key,
        has_business = 1 as has_contract_in_force,
        case
            when has_nda = 1 then 'nda'
            when has_clause = 1 then 'clause'
            when had_nda = 1 then 'expired'
            when has_business = 0 then 'no_contract'
            when has_unknown = 1 then 'unknown'
            else 'none'
        end as nda_state,
        case when has_nda = 1 or has_clause = 1 then nda_end_date when had_nda = 1 then last_nda_date end
            as nda_end_date
    from summed

)

select * from final
