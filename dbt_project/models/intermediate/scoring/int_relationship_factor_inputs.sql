-- Grain: one row per customer and relationship factor with a value, before shrinking. Only customers that a
-- CRM looks after: for the others no record is a gap in what was delivered, not in the relationship.
with wide as (
    select
        customer_key,
        follow_up_gap,
        contact_coverage,
        decision_maker_gap,
        owner_changes_per_year,
        data_completeness,
        contacts,
        contacts_titled,
        attributes_required
    from {{ ref('int_customer_relationship') }}
),

final as (
    {{ factor_rows('wide', {
        'follow_up_gap': ('1', '1'),
        'contact_coverage': ('contacts', 'contacts'),
        'decision_maker_gap': ('contacts_titled', 'contacts_titled'),
        'owner_changes_per_year': ('1', '1'),
        'data_completeness': ('attributes_required', 'attributes_required'),
    }) }}
)

select * from final
