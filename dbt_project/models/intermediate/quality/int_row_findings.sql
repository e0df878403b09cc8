-- Grain: one row per record, rule and reason that the models found; where it stands, never its value
with

<<<<<<< Updated upstream
=======
int_customer_findings as (

    select * from {{ ref('int_customer_findings') }}

),

int_application_findings as (

    select * from {{ ref('int_application_findings') }}

),

int_document_findings as (

    select * from {{ ref('int_document_findings') }}

),

int_value_findings as (

    select * from {{ ref('int_value_findings') }}

),

int_tax_id_findings as (

    select * from {{ ref('int_tax_id_findings') }}

),

int_hierarchy_findings as (

    select * from {{ ref('int_hierarchy_findings') }}

),

int_fxiaoke_findings as (

    select * from {{ ref('int_fxiaoke_findings') }}

),

int_service_findings as (

    select * from {{ ref('int_service_findings') }}

),

unioned as (

    select * from int_customer_findings
    union all
    select * from int_application_findings
    union all
    select * from int_document_findings
    union all
    select * from int_value_findings
    union all
    select * from int_tax_id_findings
    union all
    select * from int_hierarchy_findings
    union all
    select * from int_fxiaoke_findings
    union all
    select * from int_service_findings

),

>>>>>>> Stashed changes
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
    ], [
        'source_system', 'entity', 'record_file', 'record_line', 'column_name', 'rule', 'reason_code', 'severity',
    ]) }}

)

select * from final
