-- Grain: one row per observation that a probability of default is fitted on, and factor with points that day
{{ config(materialized='view') }}

with

observations as (

    select
        validation_date,
        customer_key
    from {{ ref('int_pd_observations') }}

),

factors as (

    select * from {{ ref('stg_history__factor_bands') }}

),

final as (

    select
        observations.validation_date,
        observations.customer_key,
        factors.factor_id,
        round(factors.points, 2) as points
    from observations
    inner join factors
        on
            observations.validation_date = factors.as_of_date
            and observations.customer_key = factors.customer_key
    where factors.points is not null

)

select * from final
