-- Fails if a number of days past due falls into no ageing bucket or into two, or credit balances have not
-- one bucket. Read as of the run.
with buckets as (
    select
        ageing_bucket,
        sort_order,
        dpd_from,
        dpd_to,
        is_credit,
        lag(dpd_to) over (partition by is_credit order by sort_order asc nulls first) as previous_to,
        row_number() over (partition by is_credit order by sort_order asc nulls first) as from_first,
        row_number() over (partition by is_credit order by sort_order desc nulls first) as from_last
    from {{ ref('stg_rules__ageing_buckets') }}
),

violations as (
    select ageing_bucket
    from buckets
    where
        (is_credit and (from_first > 1 or dpd_from is not null or dpd_to is not null))
        or (not is_credit and from_first = 1 and dpd_from is not null)
        or (
            not is_credit
            and from_first > 1
            and (previous_to is null or dpd_from is null or dpd_from != previous_to + 1)
        )
        or (not is_credit and from_last = 1 and dpd_to is not null)
        or dpd_to < dpd_from
)

select * from violations
