-- Grain: one row per customer with money overdue: how much, how old, what of it is to be collected, in base
-- currency
-- collectable_dpd: the most days past due that more than the material amount to be collected has reached.
with

documents as (

    select
        *,
        sum(case when collection_state = 'collectable' then balance_base else 0 end) over (
            partition by customer_key
            order by dpd desc
            range between unbounded preceding and current row
        ) as collectable_this_old
    from {{ ref('int_overdue_documents') }}

),

parameters as (

    select
        max(case when parameter = 'materiality_amount' then value end) as materiality_amount,
        max(case when parameter = 'tolerance_amount' then value end) as tolerance_amount
    from {{ ref('stg_rules__model_parameters') }}

),

disputes as (

    select
        customer_key,
        cast(count(*) as int) as open_disputes
    from {{ ref('int_case_states') }}
    where is_open and is_dispute
    group by customer_key

),

summed as (

    select
        documents.customer_key,
        sum(documents.balance_base) as overdue_balance,
        max(documents.balance_base) as largest_overdue_item,
        min(documents.due_date) as oldest_due_date,
        {% for state in ['disputed', 'promised', 'collectable'] -%}
        sum(case when documents.collection_state = '{{ state }}' then documents.balance_base else 0 end)
            as {{ state }}_balance,
        {% endfor -%}
        sum(
            case when documents.collection_state = 'collectable' then documents.age_weighted_amount else 0 end
        ) as age_weighted_amount,
        max(
            case
                when
                    documents.collection_state = 'collectable'
                    and documents.collectable_this_old > parameters.materiality_amount
                    then documents.dpd
                else 0
            end
        ) as collectable_dpd,
        max(parameters.tolerance_amount) as tolerance_amount
    from documents
    cross join parameters
    group by documents.customer_key

),

final as (

    select
        summed.customer_key,
        cast(summed.overdue_balance as decimal(18, 2)) as overdue_balance,
        cast(summed.largest_overdue_item as decimal(18, 2)) as largest_overdue_item,
        summed.oldest_due_date,
        cast(summed.disputed_balance as decimal(18, 2)) as disputed_balance,
        cast(summed.promised_balance as decimal(18, 2)) as promised_balance,
        cast(summed.collectable_balance as decimal(18, 2)) as collectable_balance,
        cast(summed.age_weighted_amount as decimal(18, 2)) as age_weighted_amount,
        cast(summed.collectable_dpd as int) as collectable_dpd,
        case
            when summed.collectable_balance > summed.tolerance_amount then null
            when summed.disputed_balance > 0 then 'disputed'
            else 'promised'
        end as hold_reason,
        coalesce(disputes.open_disputes, 0) as open_disputes
    from summed
    left join disputes
        on summed.customer_key = disputes.customer_key
    where summed.overdue_balance > summed.tolerance_amount

)

select * from final
