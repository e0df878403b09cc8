-- Grain: one row per customer with a tax id: how many different ones it states, and one of them
-- Its own comes before those of its invoice titles; a wrong one counts only where there is no right one.
{{ config(materialized='view') }}

with

accounts as (

    select * from {{ ref('stg_fxiaoke__accounts') }}

),

account_finance as (

    select * from {{ ref('stg_fxiaoke__account_finance') }}

),

stated as (

    select
        source_customer_id,
        tax_id_key,
        is_tax_id_valid,
        1 as origin_rank,
        record_file,
        record_line
    from accounts
    where tax_id_key is not null
    union all
    select
        source_customer_id,
        tax_id_key,
        is_tax_id_valid,
        2 as origin_rank,
        record_file,
        record_line
    from account_finance
    where tax_id_key is not null

),

ranked as (

    select
        *,
        dense_rank() over (
            partition by source_customer_id
            order by coalesce(is_tax_id_valid, true) desc, origin_rank asc
        ) as stated_rank
    from stated

),

final as (

    select
        source_customer_id,
        cast(count(distinct tax_id_key) as int) as tax_ids,
        min(tax_id_key) as tax_id_key,
        min(case when coalesce(is_tax_id_valid, true) then 1 else 0 end) = 1 as is_tax_id_valid,
        min(record_file) as record_file,
        min(record_line) as record_line
    from ranked
    where stated_rank = 1
    group by source_customer_id

)

select * from final
