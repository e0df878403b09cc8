-- Grain: one row per severity: the loss given default of the rule, or the company's own where enough is known
with

severities as (

    select * from {{ ref('stg_rules__loss_severities') }}

),

parameters as (

    select max(case when parameter = 'lgd_min_defaults' then value end) as min_defaults
    from {{ ref('stg_rules__model_parameters') }}

),

observed as (

    select
        cast(count(*) as int) as defaults,
        cast(sum(lost_base) as double) / nullif(cast(sum(defaulted_base) as double), 0) as lost_share
    from {{ ref('int_default_losses') }}

),

final as (

    select
        severities.severity_id,
        severities.hard_rule,
        observed.defaults,
        round(observed.lost_share, 6) as observed_loss_rate,
        case
            when severities.is_observable and observed.defaults >= parameters.min_defaults then 'observed'
            else 'rule'
        end as lgd_source,
        cast(
            round(
                case
                    when severities.is_observable and observed.defaults >= parameters.min_defaults
                        then observed.lost_share
                    else severities.loss_rate
                end,
                6
            ) as double
        ) as loss_given_default
    from severities
    cross join observed
    cross join parameters

)

select * from final
