-- Grain: one row per customer, document currency and ageing bucket that holds a document: its provision
-- Rounded here, once: every sum over it is the same money.
with

ageing as (

    select * from {{ ref('int_customer_ageing') }}

),

rates as (

    select
        ageing_bucket,
        cast(loss_rate as decimal(9, 6)) as loss_rate
    from {{ ref('int_bucket_loss_rates') }}

),

final as (

    select
        ageing.customer_key,
        ageing.currency,
        ageing.ageing_bucket,
        ageing.documents,
        cast(ageing.balance as decimal(18, 2)) as balance,
        cast(ageing.balance_base as decimal(18, 2)) as balance_base,
        cast(round(ageing.balance * rates.loss_rate, 2) as decimal(18, 2)) as provision,
        cast(round(ageing.balance_base * rates.loss_rate, 2) as decimal(18, 2)) as provision_base
    from ageing
    inner join rates on ageing.ageing_bucket = rates.ageing_bucket

)

select * from final
