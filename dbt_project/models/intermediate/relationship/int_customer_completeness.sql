-- Grain: one row per customer of a CRM: which share of the attributes its record needs is there
with attributes as (
    select
        *,
        case when not is_present then required_attribute end as missing_attribute
    from {{ ref('int_customer_attributes') }}
),

final as (
    select
        customer_key,
        cast(count(*) as int) as attributes_required,
        round(cast(sum(case when is_present then 1 else 0 end) as double) / nullif(count(*), 0), 6)
            as data_completeness,
        {{ sorted_list('missing_attribute') }} as missing_attributes
    from attributes
    group by customer_key
)

select * from final
