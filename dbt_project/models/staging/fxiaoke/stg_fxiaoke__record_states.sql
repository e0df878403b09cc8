-- Grain: one row per record of any object, with its state: only what counts reaches the other staging models
{% set objects = [
    ('AccountObj', 'accounts', 'account_id', none),
    ('AccountFinInfoObj', 'account_finance', 'finance_id', none),
    ('ContactObj', 'contacts', 'contact_id', none),
    ('NewOpportunityObj', 'new_opportunities', 'opportunity_id', 'amount'),
    ('OpportunityObj', 'opportunities', 'opportunity_id', 'amount'),
    ('SalesOrderObj', 'sales_orders', 'order_id', 'amount'),
    ('SalesOrderProductObj', 'sales_order_products', 'order_product_id', none),
    ('PaymentPlanObj', 'payment_plans', 'plan_id', 'plan_amount'),
    ('PaymentObj', 'payments', 'payment_id', 'payment_amount'),
    ('OrderPaymentObj', 'order_payments', 'order_payment_id', 'allocated_amount'),
    ('RefundObj', 'refunds', 'refund_id', 'refunded_amount'),
    ('ReturnedGoodsInvoiceObj', 'returned_goods', 'return_id', 'returned_amount'),
    ('SaleContractObj', 'sale_contracts', 'contract_id', 'amount'),
    ('ContractObj', 'contracts', 'contract_id', 'amount'),
    ('CasesObj', 'cases', 'case_id', none),
    ('AppraiseObj', 'appraisals', 'answer_id', none),
    ('ActiveRecordObj', 'active_records', 'activity_id', none),
    ('NewCustomerAccountObj', 'new_customer_accounts', 'customer_account_id', none),
    ('CustomerAccountObj', 'customer_accounts', 'customer_account_id', none),
    ('MemberObj', 'members', 'member_id', none),
    ('MemberIntegralDetailObj', 'member_points', 'entry_id', none),
    ('MemberGrowthValueDetailObj', 'member_growth', 'entry_id', none),
] -%}
with

landed as (

    {% for name, entity, key, amount in objects -%}
    select
        '{{ name }}' as source_object,
        {{ key }} as record_id,
        {{ safe_decimal(amount) if amount else 'cast(null as decimal(18, 2))' }} as amount,
        {{ 'currency' if amount else 'cast(null as string)' }} as currency,
        life_status,
        is_deleted,
        modified_time,
        _file,
        _line,
        _loaded_at
    from {{ raw('fxiaoke', entity) }}
    {% if not loop.last -%}
    union all
    {% endif -%}
    {% endfor %}

),

{{ newest_row_per_key('landed', 'source_object, record_id', modified='modified_time') }},

final as (

    select
        'fxiaoke' as source_system,
        source_object,
        record_id,
        case
            when {{ safe_boolean('is_deleted') }} then 'deleted'
            else coalesce(life_status, 'normal')
        end as record_state,
        currency,
        amount,
        _file as record_file,
        _line as record_line
    from newest_rows

)

select * from final
