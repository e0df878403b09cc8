-- Grain: one row per customer and contract factor that has a value. What nobody agreed on paper, promised or
-- ordered is not measured.
with wide as (
    select * from {{ ref('int_customer_contracts') }}
),

final as (
    {{ factor_rows('wide', {
        'clause_gap': ('rated_contracts', 'rated_contracts'),
        'customer_breaches': ('rated_contracts', 'rated_contracts'),
        'customer_delay': ('customer_due', 'customer_due'),
        'company_delay': ('company_due', 'company_due'),
        'unfulfilled_share': ('recent_due', 'recent_due'),
        'expiry_pressure': ('contracts_in_force', 'rated_contracts')
    }) }}
)

select * from final
