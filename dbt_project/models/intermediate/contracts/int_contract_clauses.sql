-- Grain: one row per contract and clause somebody looked for: whether it is in the contract
{{ config(materialized='view') }}

with

contracts as (

    select * from {{ ref('int_contracts') }}

),

final as (

    {% for clause in [
        'rights_and_duties', 'term', 'liability', 'payment_terms', 'dispute_resolution', 'confidentiality'
    ] -%}
    select
        contract_id,
        contract_type,
        '{{ clause }}' as clause,
        has_{{ clause }} as has_clause
    from contracts
    where has_{{ clause }} is not null
    {% if not loop.last -%}
    union all
    {% endif -%}
    {% endfor %}

)

select * from final
