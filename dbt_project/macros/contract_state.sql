{#- State of a contract at as_of_date, first match wins: what ended it, then where it stands in its term. -#}
{% macro contract_state() -%}
    case
        when status in ('void', 'draft') then status
        when terminated_date <= as_of_date or (status = 'terminated' and terminated_date is null) then 'terminated'
        when status = 'completed' and (end_date is null or end_date <= as_of_date or milestones_open = 0)
            then 'completed'
        when start_date > as_of_date then 'signed'
        when end_date < as_of_date and renews then 'renewed'
        when end_date < as_of_date then 'expired'
        when renews and notice_date < as_of_date then 'renewing'
        when renews and {{ days_between('as_of_date', 'notice_date') }} <= horizon_days then 'notice_due'
        when not renews and days_to_end <= horizon_days then 'expiring'
        else 'active'
    end
{%- endmacro %}
