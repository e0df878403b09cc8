-- Grain: one row per record, rule and reason that the models found; where it stands, never its value
with

final as (

    {{ union_of([
        'int_customer_findings',
        'int_application_findings',
        'int_document_findings',
        'int_credit_findings',
        'int_value_findings',
        'int_tax_id_findings',
        'int_hierarchy_findings',
        'int_fxiaoke_findings',
        'int_service_findings',
    ], [
        'source_system', 'entity', 'record_file', 'record_line', 'column_name', 'rule', 'reason_code', 'severity',
    ]) }}

)

select * from final
