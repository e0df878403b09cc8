-- Grain: one row per customer with a credit quota, of either generation
-- A customer may have several balances: the newer generation counts, and of several quotas the largest.
with

{{ both_generations(
    [('NewCustomerAccountObj', 'new_customer_accounts', 1), ('CustomerAccountObj', 'customer_accounts', 2)],
    ['customer_account_id', 'account_id', 'credit_quota', 'terms_days', 'currency'],
) }},

{{ counted_records('generations', 'source_object, customer_account_id') }},

typed as (

    select
        *,
        {{ safe_decimal('credit_quota') }} as credit_limit
    from counted

),

quotas as (

    select
        *,
        row_number() over (
            partition by account_id
            order by
                generation_rank asc, credit_limit desc nulls last, modified_time desc nulls last,
                customer_account_id asc
        ) as quota_rank
    from typed
    where credit_limit is not null or terms_days is not null

),

final as (

    select
        'fxiaoke' as source_system,
        source_object,
        account_id as source_customer_id,
        credit_limit,
        currency,
        {{ safe_integer('terms_days') }} as terms_days,
        _file as record_file,
        _line as record_line
    from quotas
    where quota_rank = 1

)

select * from final
