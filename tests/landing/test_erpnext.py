"""ERPNext's exports in both header forms, the wider Zoho CRM, and a custom module through a mapping."""

import pytest

from tests.landing.door import Door

CODE = "91350100M000100Y43"


@pytest.mark.parametrize(
    "header",
    [
        "name,customer,posting_date,due_date,currency,conversion_rate,grand_total,is_return,docstatus,status",
        "ID,Customer,Date,Payment Due Date,Currency,Exchange Rate,Grand Total,Is Return (Credit Note),Docstatus,Status",
    ],
    ids=["fieldnames", "labels"],
)
def test_both_header_forms_of_erpnext(door: Door, header: str) -> None:
    row = "INV-1,CUST-7,2026-01-05,2026-02-04,CNY,1.000000000,1000.500000000,0,1,Unpaid\n"
    door.put("erpnext/Sales Invoice.csv", header + "\n" + row + row)
    load = door.land_one()
    assert (
        door.rows(load, "invoice, customer, is_return, docstatus") == [("INV-1", "CUST-7", "false", "1")] * 2
    )
    assert [(s.column, s.currency, s.sum) for s in load.control_sums] == [
        ("grand_total", "CNY", "1000.500000")
    ]


def test_a_child_table_alone_and_in_its_parent(door: Door) -> None:
    door.put("erpnext/Customer Credit Limit.csv", "name,parent,company,credit_limit\nx1,CUST-7,House,5000\n")
    assert door.rows(door.land_one(), "customer, company, credit_limit") == [("CUST-7", "House", "5000")]
    door.put(
        "erpnext/Customer Credit Limit.csv",
        "ID,Company (Customer Credit Limit),Credit Limit (Customer Credit Limit)\nCUST-7,House,5000\nCUST-8,,\n",
    )
    load = door.land_one()
    assert door.rows(load, "customer, company, credit_limit") == [("CUST-7", "House", "5000")]
    assert load.rows_filtered == 1


def test_a_persons_name_as_id_joins_but_does_not_show(door: Door) -> None:
    door.put(
        "erpnext/Customer.csv",
        "name,customer_name,customer_type,tax_id\n"
        f"王小明,王小明,Individual,\n上海华信贸易有限公司,上海华信贸易有限公司,Company,{CODE}\n"
        f"CUST-3,Acme,Company,{CODE[:-1]}4\n",
    )
    person, company, code = door.rows(door.land_one(), "customer, tax_id_is_valid")
    assert "王小明" not in person[0]
    assert (company, code) == (("上海华信贸易有限公司", "true"), ("CUST-3", "false"))
    door.put("erpnext/Customer.csv", "name,customer_name\n王小明,x\n")
    assert door.rows(door.land_one(), "customer") == [(person[0],)]


@pytest.mark.parametrize(
    "header",
    [
        "Record Id,Case Number,Account Name.id,Account Name,Status,Type,Created Time,Modified Time",
        "id,Case_Number,Account_Name.id,Account_Name,Status,Type,Created_Time,Modified_Time",
    ],
    ids=["labels", "API names"],
)
def test_cases_keep_no_first_response_of_their_own(door: Door, header: str) -> None:
    times = "2026-01-05T09:00:00+08:00,2026-01-06T09:00:00+08:00"
    door.put("zoho_crm/Cases.csv", f"{header}\nzcrm_1,C-1,zcrm_5,Acme,Closed,Complaint,{times}\n")
    columns = "case_id, account_id, created_time, first_response_time, closed_time"
    assert door.rows(door.land_one(), columns) == [("1", "5", "2026-01-05 01:00:00", None, None)]


def test_a_custom_module_comes_in_through_a_mapping(door: Door) -> None:
    door.put(
        "mapping.yml",
        "version: 1\nfiles:\n  - file: zoho_crm/Contracts__c.csv\n    entity: contracts\n"
        "    columns: {contract_id: id, customer_id: Account.id, start_date: Start_Date, status: Status}\n"
        "    values: {status: {In Force: active}}\n    constants: {contract_type: sale}\n",
    )
    door.put(
        "zoho_crm/Contracts__c.csv",
        "id,Account.id,Start_Date,Status\n77,5,2026-01-01,In Force\n78,5,2026-01-01,Odd\n",
    )
    load = door.land_one()
    assert door.rows(load, "contract_id, customer_id, status, contract_type") == [
        ("77", "5", "active", "sale")
    ]
    assert door.quarantined(load) == [(3, "Status", "unmapped_value")]
