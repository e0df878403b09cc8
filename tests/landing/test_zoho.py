"""The known systems: both header forms of the CRM, and the traps of the finance backup."""

from datetime import date

import pytest

from tests.landing.door import Door

INVOICE = (
    "Invoice ID,Invoice Number,Invoice Date,Due Date,Customer ID,Invoice Status,Currency Code,Exchange Rate,"
    "SubTotal,Total,Balance,Item Name,Item Total\n"
)
PAYMENT = (
    "CustomerPayment ID,CustomerID,Date,Currency Code,Amount,Unused Amount,Payment Status,InvoicePayment ID,"
    "Amount Applied to Invoice,Invoice Number\n"
)


def _invoice(
    number: int, total: str, line: str, *, invoice_id: int | None = None, due: str = "2024-02-01"
) -> str:
    identifier = 1000000000000000000 + (invoice_id or number)
    money = f"CNY,1,{total},{total},{total}"
    return f"{identifier},INV-{number},2024-01-01,{due},2000000000000000001,Sent,{money},{line},5.00\n"


@pytest.mark.parametrize(
    "header",
    [
        "Record Id,Deal Name,Account Name.id,Account Name,Stage,Amount,Closing Date,Deal Owner.id,Deal Owner,Currency",
        "id,Deal_Name,Account_Name.id,Account_Name,Stage,Amount,Closing_Date,Owner.id,Owner,Currency",
    ],
    ids=["labels", "API names"],
)
def test_both_header_forms_of_the_crm(door: Door, header: str) -> None:
    door.put(
        "zoho_crm/Deals_2024-05-31.csv",
        header + "\nzcrm_77,D,zcrm_5,Acme,Closed Won,12.50,2024-05-01,zcrm_9,Li Lei,CNY\n",
    )
    load = door.land_one()
    columns = "deal_id, account_id, owner_id, stage, amount, closing_date"
    assert door.rows(load, columns) == [("77", "5", "9", "Closed Won", "12.50", "2024-05-01")]
    assert load.snapshot_date == date(2024, 5, 31)
    assert [(s.column, s.currency, s.sum) for s in load.control_sums] == [("amount", "CNY", "12.500000")]


def test_undeclared_columns_go_to_the_vault_and_are_told(door: Door) -> None:
    door.put(
        "zoho_crm/Accounts.csv", "Record Id,Account Name,Favourite Colour,Phone\n1,Acme,blue,13800138000\n"
    )
    load = door.land_one()
    assert load.undeclared_columns == ["Favourite Colour"]
    assert load.vault_path
    assert load.raw_path
    for path in (load.raw_path, load.vault_path):
        content = (door.warehouse / path).read_bytes()
        assert b"blue" not in content
        assert b"13800138000" not in content


def test_a_sole_trader_is_masked_and_a_company_is_not(door: Door) -> None:
    door.put(
        "zoho_crm/Accounts.csv",
        "Record Id,Account Name,Ownership\n1,Acme Ltd,Private\n2,Wang Xiaoming,个体工商户\n",
    )
    company, trader = door.rows(door.land_one(), "account_name, account_name_key")
    assert company == ("Acme Ltd", None)
    assert trader[0] != "Wang Xiaoming"
    assert trader[1]


def test_renamed_headers_of_a_known_system(door: Door) -> None:
    door.put("mapping.yml", 'version: 1\nrename: {zoho_crm: {accounts: {"公司名称": "Account Name"}}}\n')
    door.put("zoho_crm/Accounts.csv", "Record Id,公司名称\n1,Acme\n")
    assert door.rows(door.land_one(), "account_name") == [("Acme",)]


def test_totals_of_an_invoice_count_once(door: Door) -> None:
    door.put(
        "zoho_books/Invoice.csv",
        INVOICE + _invoice(1, "10.00", "a") + _invoice(1, "10.00", "b") + _invoice(2, "7.50", "c"),
    )
    load = door.land_one()
    assert [(s.column, s.sum) for s in load.control_sums] == [
        ("total", "17.500000"),
        ("balance", "17.500000"),
    ]
    assert door.rows(load, "invoice_id")[0] == ("1000000000000000001",)


def test_a_document_that_disagrees_with_itself_is_quarantined_whole(door: Door) -> None:
    lines = (
        _invoice(1, "10.00", "a")
        + _invoice(2, "7.50", "b")
        + _invoice(1, "11.00", "c")
        + _invoice(1, "10.00", "d")
    )
    door.put("zoho_books/Invoice.csv", INVOICE + lines)
    load = door.land_one()
    assert door.quarantined(load) == [(n, "Invoice ID", "inconsistent_document") for n in (2, 4, 5)]
    assert [s.sum for s in load.control_sums] == ["7.500000", "7.500000"]


def test_no_half_document_loads(door: Door) -> None:
    bad = _invoice(1, "10.00", "b").replace(",5.00", ",five")
    door.put("zoho_books/Invoice.csv", INVOICE + _invoice(1, "10.00", "a") + bad + _invoice(2, "7.50", "c"))
    load = door.land_one()
    assert door.quarantined(load) == [
        (2, "Invoice ID", "incomplete_document"),
        (3, "Item Total", "bad_number"),
    ]
    assert load.rows_loaded == 1


def test_the_same_number_under_a_second_id(door: Door) -> None:
    twin = _invoice(1, "10.00", "a", invoice_id=9) + _invoice(1, "10.00", "b", invoice_id=9)
    door.put("zoho_books/Invoice.csv", INVOICE + _invoice(1, "10.00", "a") + _invoice(2, "1.00", "x") + twin)
    load = door.land_one()
    assert door.quarantined(load) == [
        (4, "Invoice Number", "duplicate_document"),
        (5, "Invoice Number", "duplicate_document"),
    ]


def test_payments_repeat_their_amount_and_have_an_unused_row(door: Door) -> None:
    head = "3000000000000000001,2000000000000000001,2024-02-01,CNY,1000.00,180.80,Paid"
    rows = f"{head},41,500.00,INV-1\n{head},42,319.20,INV-2\n{head},,180.80,\n{head},42,319.20,INV-2\n"
    door.put("zoho_books/Customer_Payment.csv", PAYMENT + rows)
    load = door.land_one()
    sums = {s.column: s.sum for s in load.control_sums}
    assert sums == {"amount": "1000.000000", "amount_applied": "1000.000000"}
    assert door.rows(load, "invoice_number")[2] == (None,)
    assert door.quarantined(load) == [(5, "InvoicePayment ID", "duplicate_key")]


def test_ids_that_a_spreadsheet_ruined(door: Door) -> None:
    ruined = _invoice(2, "7.50", "b").replace("1000000000000000002", "1E+18")
    door.put("zoho_books/Invoice.csv", INVOICE + _invoice(1, "10.00", "a") + ruined)
    assert door.quarantined(door.land_one()) == [(3, "Invoice ID", "bad_id")]


def test_a_file_in_the_wrong_folder_is_told(door: Door) -> None:
    door.put("Invoice.csv", INVOICE + _invoice(1, "10.00", "a"))
    door.put("zoho_books/Bills.csv", "x\n1\n")
    door.put("README.md", "notes")
    delivery = door.land()
    assert delivery.loads == []
    assert delivery.unclaimed_files == ["Invoice.csv", "zoho_books/Bills.csv"]
