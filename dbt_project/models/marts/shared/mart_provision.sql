-- Grain: one row per ageing bucket and document currency that holds a document: gross balance x loss rate
with context as (
    select * from {{ ref('stg_run__context') }}
),

buckets as (
    select * from {{ ref('stg_rules__ageing_buckets') }}
),

rates as (
    select * from {{ ref('int_bucket_loss_rates') }}
),

summed as (
    select
        ageing_bucket,
        currency,
        cast(sum(documents) as int) as documents,
        cast(sum(balance) as decimal(18, 2)) as balance,
        cast(sum(balance_base) as decimal(18, 2)) as balance_base,
        cast(sum(provision) as decimal(18, 2)) as provision,
        cast(sum(provision_base) as decimal(18, 2)) as provision_base
    from {{ ref('int_provisions') }}
    group by ageing_bucket, currency
),

final as (
    select
        {{ md5_key(['context.as_of_date', 'summed.ageing_bucket', 'summed.currency']) }} as provision_key,
        context.as_of_date,
        summed.ageing_bucket,
        summed.currency,
        buckets.sort_order,
        summed.documents,
        summed.balance,
        summed.balance_base,
        rates.months,
        rates.roll_rate,
        rates.rolled_rate,
        rates.loss_rate,
        rates.rate_source,
        summed.provision,
        summed.provision_base,
        context.rules_version,
        context.run_id
    from summed
    cross join context
    inner join buckets on summed.ageing_bucket = buckets.ageing_bucket
    inner join rates on summed.ageing_bucket = rates.ageing_bucket
)

select * from final
