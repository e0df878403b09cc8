-- Fails if a document's periods leave a gap, overlap, repeat, begin after its issue or do not end open.
with

states as (

    select * from {{ ref('int_document_states') }}

),

documents as (

    select
        document_id,
        min(issue_date) as issue_date,
        min(valid_from) as first_day,
        max(valid_from) as last_day,
        sum(case when valid_to is null then 1 else 0 end) as open_states,
        sum({{ days_between('valid_from', 'valid_to') }}) as closed_days,
        min({{ days_between('valid_from', 'valid_to') }}) as shortest
    from states
    group by document_id

),

final as (

    select *
    from documents
    where
        open_states != 1
        or first_day != issue_date
        or shortest <= 0
        or coalesce(closed_days, 0) != {{ days_between('first_day', 'last_day') }}

)

select * from final
