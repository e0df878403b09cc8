-- Grain: one row per industry, in lower case, with a risk in force at as_of: the newest
with

context as (

    select * from {{ ref('stg_run__context') }}

),

industry_risks as (

    select * from {{ ref('int_industry_risks') }}

),

credit_evidence as (

    select * from {{ ref('stg_rules__credit_evidence') }}
    where entity = 'industry_risks'

),

ranked as (

    select
        lower(trim(industry_risks.industry)) as industry,
        industry_risks.valid_from,
        credit_evidence.factor_id,
        greatest(
            (cast(industry_risks.risk_score as double) + credit_evidence.offset_value)
            * credit_evidence.multiplier,
            0
        ) as raw_value,
        row_number() over (
            partition by lower(trim(industry_risks.industry))
            order by
                industry_risks.valid_from desc, industry_risks.source_system asc, industry_risks.industry asc
        ) as newest_rank
    from industry_risks
    cross join context
    cross join credit_evidence
    where
        industry_risks.valid_from <= context.as_of_date
        and (
            credit_evidence.valid_days is null
            or {{ days_between('industry_risks.valid_from', 'context.as_of_date') }}
            < credit_evidence.valid_days
        )

),

final as (

    select
        industry,
        valid_from,
        factor_id,
        raw_value
    from ranked
    where newest_rank = 1

)

select * from final
