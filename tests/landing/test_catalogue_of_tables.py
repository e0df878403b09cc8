"""Bad input that only a second table shows: listed with its reason, and the money that remains is right."""

from decimal import Decimal
from typing import Any

import pytest

from tests.landing.door import Door
from tests.landing.landed import build

MAPPING = """version: 1
files:
  - {file: customers.csv, entity: customers, columns: {customer_id: Customer}}
  - file: invoices.csv
    entity: invoices
    columns: {invoice_id: No, customer_id: Customer, issue_date: Issued, currency: Cur, amount: Amount, status: State}
    values: {status: {open: issued, void: void, draft: draft}}
  - file: receipts.csv
    entity: receipts
    columns: {receipt_id: Id, customer_id: Customer, receipt_date: Day, currency: Cur, amount: Amount}
  - file: allocations.csv
    entity: receipt_allocations
    columns: {allocation_id: Id, receipt_id: Receipt, invoice_id: No, applied_date: Day, amount: Amount}
  - file: credits.csv
    entity: credit_notes
    columns: {credit_note_id: Id, customer_id: Customer, issue_date: Day, currency: Cur, amount: Amount, invoice_id: No}
"""
HEADERS = {
    "customers": "Customer",
    "invoices": "No,Customer,Issued,Cur,Amount,State",
    "receipts": "Id,Customer,Day,Cur,Amount",
    "allocations": "Id,Receipt,No,Day,Amount",
    "credits": "Id,Customer,Day,Cur,Amount,No",
}
GOOD = {
    "customers": ["A", "B"],
    "invoices": ["1,A,2026-05-01,CNY,100.00,open", "2,B,2026-05-02,CNY,50.00,open"],
    "receipts": ["r0,B,2026-05-20,CNY,10.00"],
    "allocations": ["l0,r0,2,2026-05-20,10.00"],
    "credits": ["c0,B,2026-05-21,CNY,5.00,2"],
}
# Owed after the good rows: 100 + 50 - 10 - 5. Money not applied to an invoice is no part of what documents owe.
BALANCE = Decimal(135)

# case -> (further rows, (entity, reason, line) found, what is owed in CNY then)
CASES: dict[str, tuple[dict[str, list[str]], list[tuple[str, str, int]], Any]] = {
    "nothing bad": ({}, [], BALANCE),
    "an invoice of nobody": (
        {"invoices": ["3,GONE,2026-05-03,CNY,7.00,open"]},
        [("invoices", "orphan_customer", 4)],
        BALANCE + 7,
    ),
    "a receipt of nobody": (
        {"receipts": ["r1,GONE,2026-05-20,CNY,7.00"]},
        [("receipts", "orphan_customer", 3)],
        BALANCE,
    ),
    "an application to an invoice that is not there": (
        {"receipts": ["r1,A,2026-05-20,CNY,7.00"], "allocations": ["l1,r1,99,2026-05-20,7.00"]},
        [("receipt_allocations", "orphan_receipt", 3)],
        BALANCE,
    ),
    "a second currency without rate": (
        {"invoices": ["3,A,2026-05-03,THB,7.00,open"]},
        [("invoices", "missing_exchange_rate", 4)],
        BALANCE,
    ),
    "a negative invoice": ({"invoices": ["3,A,2026-05-03,CNY,-30.00,open"]}, [], BALANCE - 30),
    "a void invoice": ({"invoices": ["3,A,2026-05-03,CNY,30.00,void"]}, [], BALANCE),
    "a draft": ({"invoices": ["3,A,2026-05-03,CNY,30.00,draft"]}, [], BALANCE),
    "a reversed invoice": (
        {"invoices": ["3,A,2026-05-03,CNY,30.00,open"], "credits": ["c1,A,2026-05-04,CNY,30.00,3"]},
        [],
        BALANCE,
    ),
    "a credit note below zero": ({"credits": ["c1,A,2026-05-04,CNY,-30.00,1"]}, [], BALANCE),
    "a receipt over the invoice": (
        {"receipts": ["r1,A,2026-05-20,CNY,130.00"], "allocations": ["l1,r1,1,2026-05-20,130.00"]},
        [("invoices", "overapplied_document", 2)],
        BALANCE - 130,
    ),
    "more applied than came in": (
        {"receipts": ["r1,A,2026-05-20,CNY,60.00"], "allocations": ["l1,r1,1,2026-05-20,90.00"]},
        [("receipts", "overapplied_document", 3)],
        BALANCE - 90,
    ),
    "an invoice of the future": (
        {"invoices": ["3,A,2026-07-01,CNY,30.00,open"]},
        [("invoices", "date_in_future", 4)],
        BALANCE,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_case(door: Door, case: str) -> None:
    more, expected, balance = CASES[case]
    door.put("mapping.yml", MAPPING)
    for table, rows in GOOD.items():
        lines = [HEADERS[table], *rows, *more.get(table, [])]
        door.put(f"{table}.csv", "\n".join(lines) + "\n")
    result = build(door, ["int_row_findings", "mart_ar_ageing"])
    found = result.rows(
        "select entity, reason_code, record_line from intermediate.int_row_findings order by all"
    )
    reasons = [tuple(row.values()) for row in found if row["reason_code"] != "missing_due_date"]
    assert reasons == expected
    owed = result.value("select coalesce(sum(balance), 0) from marts.mart_ar_ageing where currency = 'CNY'")
    assert owed == balance
