-- Grain: one row per job title with a known word: the strongest role of its words
-- Punctuation counts as space, so that a whole word is found at the end of a title too.
with titles as (
    select
        job_title,
        ' ' || translate(lower(trim(job_title)), ',;/&()-_.|', '          ') || ' ' as words
    from {{ ref('int_contacts') }}
    where job_title is not null
    group by job_title
),

keywords as (
    select
        contact_role,
        role_rank,
        case when match_kind = 'word' then ' ' || keyword || ' ' else keyword end as keyword
    from {{ ref('stg_rules__job_title_roles') }}
),

final as (
    select
        titles.job_title,
        min_by(keywords.contact_role, keywords.role_rank) as contact_role
    from titles
    inner join keywords on titles.words like '%' || keywords.keyword || '%'
    group by titles.job_title
)

select * from final
