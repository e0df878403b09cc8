"""Receivables of the demo: consistent in each system, each invoice in one of them, in all the same as in Parquet."""

from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.demo import generate
from tests.demo.company import Rows, objects, read

Invoices = dict[str, dict[str, str]]


def test_money_received_is_applied_or_unused(payments: Rows) -> None:
    applied: dict[str, Decimal] = defaultdict(Decimal)
    for row in payments:
        applied[row["CustomerPayment ID"]] += Decimal(row["Amount Applied to Invoice"] or 0)
        assert (row["Invoice Number"] == "") == (row["InvoicePayment ID"] == "")
    for row in payments:
        assert Decimal(row["Amount"]) == applied[row["CustomerPayment ID"]] + Decimal(row["Unused Amount"])
    assert any(Decimal(row["Unused Amount"]) for row in payments)


def test_balances_follow_from_the_documents(clean: Path, invoices: Invoices, payments: Rows) -> None:
    settled: dict[str, Decimal] = defaultdict(Decimal)
    for row in payments:
        if row["Invoice Number"]:
            settled[row["Invoice Number"]] += Decimal(row["Amount Applied to Invoice"])
            settled[row["Invoice Number"]] += Decimal(row["Withholding Tax Amount"])
            assert row["Date"] >= row["Invoice Date"] == invoices[row["Invoice Number"]]["Invoice Date"]
    for row in read(clean / "landing/zoho_books/Credit_Note.csv"):
        if row["Associated Invoice Number"]:
            settled[row["Associated Invoice Number"]] += Decimal(row["Total"])
    for number, row in invoices.items():
        left = Decimal(row["Total"]) - settled[number]
        expected = Decimal(0) if row["Invoice Status"] in ("Draft", "Void") else left
        assert Decimal(row["Balance"]) == expected >= 0
        overdue = expected > 0 and row["Due Date"] < "2026-06-30"
        assert (row["Invoice Status"] == "Overdue") == overdue


def test_lines_add_up_to_their_document(clean: Path, invoices: Invoices) -> None:
    lines: dict[str, Decimal] = defaultdict(Decimal)
    taxes: dict[str, Decimal] = defaultdict(Decimal)
    for row in read(clean / "landing/zoho_books/Invoice.csv"):
        assert Decimal(row["Quantity"]) * Decimal(row["Item Price"]) == Decimal(row["Item Total"])
        lines[row["Invoice Number"]] += Decimal(row["Item Total"])
        taxes[row["Invoice Number"]] += Decimal(row["Item Tax Amount"])
    for number, row in invoices.items():
        assert lines[number] == Decimal(row["SubTotal"])
        assert lines[number] + taxes[number] == Decimal(row["Total"])


def test_nothing_happens_after_the_last_day(invoices: Invoices, payments: Rows) -> None:
    days = [row["Invoice Date"] for row in invoices.values()] + [row["Date"] for row in payments]
    assert min(days) >= "2023-07-01"
    assert max(days) <= "2026-06-30"
    assert max(row["Date"] for row in payments) > "2026-06-20"


def test_the_payment_ledger_of_erpnext_tells_what_is_open(clean: Path) -> None:
    folder = clean / "landing/erpnext"
    moved: dict[str, Decimal] = defaultdict(Decimal)
    by_voucher: dict[str, Decimal] = defaultdict(Decimal)
    for row in read(folder / "Payment Ledger Entry.csv"):
        if row["delinked"] == "0":
            moved[row["against_voucher_no"]] += Decimal(row["amount_in_account_currency"])
            by_voucher[row["voucher_no"]] += Decimal(row["amount_in_account_currency"])
    documents = {row["name"]: row for row in read(folder / "Sales Invoice.csv")}
    assert {row["currency"] for row in documents.values()} == {"CNY", "USD", "EUR"}
    for name, row in documents.items():
        if row["docstatus"] == "1" and not row["return_against"]:
            assert moved[name] == Decimal(row["outstanding_amount"]), name
    assert any(row["is_return"] == "1" for row in documents.values())
    applied: dict[str, Decimal] = defaultdict(Decimal)
    for row in read(folder / "Payment Entry Reference.csv"):
        assert row["reference_name"] in documents
        applied[row["parent"]] += Decimal(row["allocated_amount"])
    for row in read(folder / "Payment Entry.csv"):
        assert Decimal(row["total_allocated_amount"]) == applied[row["name"]]
        assert Decimal(row["paid_amount"]) == applied[row["name"]] + Decimal(row["unallocated_amount"])
        assert by_voucher[row["name"]] == -Decimal(row["paid_amount"])
    written_off = read(folder / "Journal Entry.csv")
    assert len(written_off) >= 5
    assert all(by_voucher[row["name"]] < 0 for row in written_off)


def test_plans_of_fxiaoke_are_paid_by_parts_of_payments(clean: Path) -> None:
    folder = clean / "landing/fxiaoke"
    plans = {one["_id"]: one for one in objects(folder / "PaymentPlanObj.jsonl")}
    orders = {one["_id"]: one for one in objects(folder / "SalesOrderObj.jsonl")}
    payments = {one["_id"]: one for one in objects(folder / "PaymentObj.jsonl")}
    paid: dict[str, Decimal] = defaultdict(Decimal)
    used: dict[str, Decimal] = defaultdict(Decimal)
    for part in objects(folder / "OrderPaymentObj.jsonl"):
        paid[part["payment_plan_id"]] += Decimal(part["payment_amount"])
        used[part["payment_id"]] += Decimal(part["payment_amount"])
        assert plans[part["payment_plan_id"]]["order_id"] == part["order_id"]
    returned: dict[str, Decimal] = defaultdict(Decimal)
    for one in objects(folder / "ReturnedGoodsInvoiceObj.jsonl"):
        returned[one.get("order_id", "")] += Decimal(one["returned_goods_inv_amount"])
    owed: dict[str, Decimal] = defaultdict(Decimal)
    for plan in plans.values():
        assert orders[plan["order_id"]]["account_id"] == plan["account_id"]
        owed[plan["order_id"]] += Decimal(plan["plan_payment_amount"]) - paid[plan["_id"]]
    for order, left in owed.items():
        assert Decimal(orders[order]["receivable_amount"]) == left - returned[order]
    for key, payment in payments.items():
        assert Decimal(payment["payment_amount"]) >= used[key]
    assert {one["account_id"] for one in plans.values()} == {
        one["account_id"]
        for one in orders.values()
        if Decimal(one["receivable_amount"]) or one["_id"] in owed
    }


def test_each_invoice_stands_in_one_system_and_parquet_tells_the_same_company(
    clean: Path, tmp_path: Path, invoices: Invoices
) -> None:
    generate(tmp_path / "pq", format="parquet")
    tables = {path.stem: pq.read_table(path) for path in (tmp_path / "pq/files").glob("*.parquet")}
    assert set(tables) == {"customers", "credit_terms", "invoices", "receipts", "receipt_allocations"}
    issued = tables["invoices"].filter(pc.equal(tables["invoices"]["status"], "issued"))
    books = [
        Decimal(row["Total"]) for row in invoices.values() if row["Invoice Status"] not in ("Draft", "Void")
    ]
    erpnext = [
        Decimal(row["grand_total"])
        for row in read(clean / "landing/erpnext/Sales Invoice.csv")
        if row["docstatus"] == "1" and row["is_return"] == "0"
    ]
    plans = objects(clean / "landing/fxiaoke/PaymentPlanObj.jsonl")
    fxiaoke = [Decimal(one["plan_payment_amount"]) for one in plans]
    assert min(len(books), len(erpnext), len(fxiaoke)) > 100
    assert len(books) + len(erpnext) + len(fxiaoke) == issued.num_rows
    assert sum(books) + sum(erpnext) + sum(fxiaoke) == pc.sum(issued["amount"]).as_py()
    assert str(tables["invoices"].schema.field("amount").type) == "decimal128(18, 2)"
    applied = pc.sum(tables["receipt_allocations"]["amount"]).as_py()
    assert 0 <= pc.sum(tables["receipts"]["amount"]).as_py() - applied < applied / 50
    for child, parent, key in (
        ("invoices", "customers", "customer_id"),
        ("receipts", "customers", "customer_id"),
        ("receipt_allocations", "receipts", "receipt_id"),
        ("receipt_allocations", "invoices", "invoice_id"),
    ):
        known = tables[parent][key].combine_chunks()
        assert len(known.unique()) == len(known)
        assert pc.all(pc.is_in(tables[child][key], known)).as_py()
