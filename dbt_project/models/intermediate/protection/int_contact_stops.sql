-- Grain: one row per person who asked not to be contacted: a basis given up to that day no longer counts
-- An answered request goes on counting: what the person asked for is not over when we answer.
with

requests as (

    select * from {{ ref('int_subject_requests') }}

),

stops as (

    select request_type from {{ ref('stg_rules__contact_stops') }}

),

context as (

    select as_of_date from {{ ref('stg_run__context') }}

),

final as (

    select
        requests.contact_id,
        max(requests.received_date) as stopped_date
    from requests
    cross join context
    inner join stops
        on requests.request_type = stops.request_type
    where requests.contact_id is not null and requests.received_date <= context.as_of_date
    group by requests.contact_id

)

select * from final
