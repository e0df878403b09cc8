-- Grain: one row per contract: how much of what its kind must contain it contains
-- A clause nobody looked for is unknown, not missing: it counts on neither side and is shown.
with

contracts as (

    select
        contract_id,
        contract_type
    from {{ ref('int_contracts') }}

),

required as (

    select * from {{ ref('stg_rules__contract_clauses') }}

),

clauses as (

    select * from {{ ref('int_contract_clauses') }}

),

final as (

    select
        contracts.contract_id,
        cast(count(required.clause) as int) as required_clauses,
        cast(sum(case when clauses.has_clause then 1 else 0 end) as int) as present_clauses,
        cast(sum(case when not clauses.has_clause then 1 else 0 end) as int) as missing_clauses,
        cast(
            sum(case when required.clause is not null and clauses.has_clause is null then 1 else 0 end) as int
        )
            as unknown_clauses,
        {{ sorted_list("case when not clauses.has_clause then required.clause end") }} as missing_clause_list,
        cast(
            round(
                {{ exact_sum('case when clauses.has_clause then required.clause_weight else 0 end') }}
                / nullif({{
                    exact_sum('case when clauses.has_clause is not null then required.clause_weight else 0 end')
                }}, 0),
                6
            ) as double
        ) as clause_completeness
    from contracts
    left join required
        on contracts.contract_type = required.contract_type
    left join clauses
        on contracts.contract_id = clauses.contract_id and required.clause = clauses.clause
    group by contracts.contract_id

)

select * from final
