-- Grain: one row per journal entry: what kind it is
-- A report with its accounts has one row per account and repeats the entry.
with

{{ newest_rows(raw('erpnext', 'journal_entries'), 'journal') }},

final as (

    select
        'erpnext' as source_system,
        journal as voucher_number,
        max(voucher_type) as source_journal_type,
        min(_file) as record_file,
        min(_line) as record_line
    from newest_rows
    group by journal

)

select * from final
