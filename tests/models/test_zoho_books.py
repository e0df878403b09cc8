"""The traps of the Zoho Books backup: lines, repeated totals, blank-invoice rows, derived states."""

from decimal import Decimal
from typing import Any

from tests.support.warehouse import Result, Scenario

INVOICE = {
    "invoice_id": "4600000000012345678", "invoice_number": "INV-0001", "invoice_date": "2026-05-01",
    "due_date": "2026-05-31", "customer_id": "7", "currency": "CNY", "exchange_rate": "1", "total": "819.20",
    "status": "Overdue",
}  # fmt: skip
PAYMENT = {
    "payment_id": "55", "customer_id": "7", "payment_date": "2026-06-10", "currency": "CNY", "exchange_rate": "1",
    "amount": "1000.000", "payment_status": "Paid",
}  # fmt: skip


def _build(**entities: Any) -> Result:
    contacts = [
        {"contact_id": "7", "display_name": "Seven", "contact_type": "customer", "payment_terms": "-2"}
    ]
    books = {"contacts": contacts, "invoices": [{**INVOICE, "item_total": "660"}], **entities}
    return Scenario(zoho_books=books).run(
        ["int_customer_receivables", "int_row_findings", "int_receivable_events"]
    )


def test_lines_count_once_and_the_unused_part_is_no_allocation() -> None:
    result = _build(
        invoices=[{**INVOICE, "item_total": "600"}, {**INVOICE, "item_total": "60"}],
        customer_payments=[
            {**PAYMENT, "invoice_payment_id": "1", "amount_applied": "819.20", "invoice_number": "INV-0001"},
            {**PAYMENT, "amount_applied": "180.80"},
        ],
    )
    assert result.value("select balance from intermediate.int_document_balances") == 0
    assert result.value("select amount from intermediate.int_receipts") == 1000
    assert result.value("select unapplied_credits from intermediate.int_customer_receivables") == Decimal(
        "180.80"
    )


def test_withheld_tax_settles_the_invoice_but_is_no_cash() -> None:
    payment = {**PAYMENT, "amount": "800", "invoice_payment_id": "1", "invoice_number": "INV-0001"}
    result = _build(customer_payments=[{**payment, "amount_applied": "800", "withholding_tax": "19.20"}])
    assert result.value("select balance from intermediate.int_document_balances") == 0
    assert result.value("select unapplied_credits from intermediate.int_customer_receivables") == 0


def test_a_payment_that_did_not_arrive_settles_nothing() -> None:
    payment = {**PAYMENT, "payment_status": "Void", "invoice_payment_id": "1", "invoice_number": "INV-0001"}
    result = _build(customer_payments=[{**payment, "amount_applied": "819.20"}])
    assert result.value("select balance from intermediate.int_document_balances") == Decimal("819.20")
    assert result.value("select unapplied_credits from intermediate.int_customer_receivables") == 0


def test_states_are_mapped_and_an_unknown_one_is_critical() -> None:
    states = ["Draft", "Void", "Paid", "sent ", "Mystery"]
    rows = [
        {**INVOICE, "invoice_id": str(number), "invoice_number": f"N{number}", "status": state}
        for number, state in enumerate(states)
    ]
    result = _build(invoices=rows)
    assert result.value("select count(*) from intermediate.int_document_balances") == 2
    findings = result.rows(
        "select entity, column_name, record_line, severity from intermediate.int_row_findings"
        " where reason_code != 'payments_missing'"
    )
    assert findings == [
        {"entity": "invoices", "column_name": "status", "record_line": 6, "severity": "critical"}
    ]


def test_a_number_used_twice_pays_neither_and_is_listed() -> None:
    result = _build(
        invoices=[INVOICE, {**INVOICE, "invoice_id": "2"}],
        customer_payments=[
            {**PAYMENT, "invoice_payment_id": "1", "amount_applied": "819.20", "invoice_number": "INV-0001"}
        ],
    )
    assert result.value("select unapplied_credits from intermediate.int_customer_receivables") == 1000
    reasons = result.rows("select reason_code from intermediate.int_row_findings order by 1")
    assert [row["reason_code"] for row in reasons] == [
        "duplicate_document",
        "duplicate_document",
        "orphan_receipt",
    ]


def test_a_credit_note_names_its_invoice_by_number() -> None:
    note = {
        "credit_note_id": "9", "credit_note_number": "CN-1", "credit_note_date": "2026-06-01", "customer_id": "7",
        "currency": "CNY", "exchange_rate": "1", "total": "19.20", "status": "Closed", "invoice_number": "INV-0001",
    }  # fmt: skip
    result = _build(credit_notes=[{**note, "item_total": "10"}, {**note, "item_total": "9.20"}])
    assert result.value("select open_balance from intermediate.int_customer_receivables") == 800
    events = result.rows("select event_type, amount from intermediate.int_receivable_events order by 1, 2")
    assert [(row["event_type"], row["amount"]) for row in events] == [
        ("credit_note_applied", Decimal("-19.20")),
        ("credit_note_issued", Decimal("-19.20")),
        ("credit_note_used", Decimal("19.20")),
        ("invoice_issued", Decimal("819.20")),
    ]
