-- Grain: one row per customer and entry of the register: consents by purpose and channel, confidentiality,
-- requests, findings. Counts and days, never a person: who it is stands in the source.
with context as (
    select * from {{ ref('stg_run__context') }}
),

customers as (
    select
        customer_key,
        customer_id
    from {{ ref('int_customers') }}
),

entries as (
    select * from {{ ref('int_privacy_entries') }}
),

rules as (
    select * from {{ ref('stg_rules__protection_findings') }}
),

final as (
    select
        {{ md5_key(['context.as_of_date', 'entries.privacy_entry_key']) }} as privacy_entry_key,
        context.as_of_date,
        entries.customer_key,
        customers.customer_id,
        entries.register_part,
        entries.register_subject,
        entries.consent_scope,
        entries.entry_state,
        cast(entries.records as int) as records,
        cast(entries.people as int) as people,
        entries.first_record_date,
        entries.last_record_date,
        entries.due_date,
        cast({{ days_between('context.as_of_date', 'entries.due_date') }} as int) as days_left,
        entries.standard,
        rules.finding_severity,
        rules.label_en,
        rules.label_zh,
        rules.action_en,
        rules.action_zh,
        context.rules_version,
        context.run_id
    from entries
    cross join context
    inner join customers on entries.customer_key = customers.customer_key
    left join rules on entries.register_part = 'finding' and entries.register_subject = rules.finding
)

select * from final
