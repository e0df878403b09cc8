-- Grain: one row per customer, document currency and ageing bucket that holds a document. Credit balances
-- stay in a bucket of their own, so that they never net an overdue one away.
with context as (
    select * from {{ ref('stg_run__context') }}
),

ageing as (
    select * from {{ ref('int_customer_ageing') }}
),

buckets as (
    select
        ageing_bucket,
        sort_order
    from {{ ref('stg_rules__ageing_buckets') }}
),

final as (
    select
        {{ md5_key([
            'context.as_of_date', 'ageing.customer_key', 'ageing.currency', 'ageing.ageing_bucket'
        ]) }} as ageing_key,
        context.as_of_date,
        ageing.customer_key,
        ageing.currency,
        ageing.ageing_bucket,
        buckets.sort_order,
        cast(ageing.documents as integer) as documents,
        cast(ageing.balance as decimal(18, 2)) as balance,
        cast(ageing.balance_base as decimal(18, 2)) as balance_base,
        context.run_id
    from ageing
    cross join context
    inner join buckets on ageing.ageing_bucket = buckets.ageing_bucket
)

select * from final
