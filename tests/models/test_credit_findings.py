"""What does not fit: more applied than came in, dates of the future, orders and write-offs of nobody or of no rate."""

from typing import Any

import pytest

from tests.support.records import allocation, credit_note, invoice, order, receipt, write_off
from tests.support.warehouse import Scenario

CUSTOMERS = [{"customer_id": "A"}]
RATES = [{"currency": "USD", "rate_date": "2026-01-01", "rate_to_base": "7"}]


def _findings(**files: Any) -> list[tuple]:
    """Findings of the records given, less the one that says that there are no payments among them."""
    scenario = Scenario(
        as_of="2026-06-30", files={"customers": CUSTOMERS} | files, rules={"exchange_rates": RATES}
    )
    rows = scenario.run("int_row_findings").rows(
        "select entity, reason_code, column_name, record_line, severity from intermediate.int_row_findings order by all"
    )
    return [tuple(row.values()) for row in rows if row["reason_code"] != "payments_missing"]


@pytest.mark.parametrize(("applied", "is_found"), [("100.01", False), ("100.02", True)])
def test_more_applied_than_received(applied: str, is_found: bool) -> None:
    found = _findings(
        invoices=[invoice("1", 60, "2026-05-01"), invoice("2", 60, "2026-05-01")],
        receipts=[receipt("ok", 50, "2026-06-01"), receipt("r", 100, "2026-06-01")],
        receipt_allocations=[
            allocation("r", "1", 60, "2026-06-01"),
            allocation("r", "2", float(applied) - 60, "2026-06-01"),
            allocation("ok", "2", 5, "2026-06-01"),
        ],
    )
    faults = [("receipts", "overapplied_document", "amount", 3, "warning")]
    assert found == (faults if is_found else [])


@pytest.mark.rules("model_parameters", "longest_terms_days")
@pytest.mark.parametrize(
    ("due", "reason"),
    [
        ("2026-05-01", None),
        ("2026-04-30", "date_out_of_order"),
        ("2031-05-05", None),
        ("2031-05-06", "date_too_far"),
        ("2126-05-31", "date_too_far"),
    ],
)
def test_a_due_date_before_its_invoice_or_beyond_any_terms(due: str, reason: str | None) -> None:
    found = _findings(
        invoices=[invoice("0", 10, "2026-05-01", "2026-05-31"), invoice("1", 10, "2026-05-01", due)]
    )
    assert found == ([("invoices", reason, "due_date", 3, "warning")] if reason else [])


@pytest.mark.parametrize(("day", "is_found"), [("2026-06-30", False), ("2026-07-01", True)])
def test_a_document_of_the_future_is_named_once_a_file(day: str, is_found: bool) -> None:
    found = _findings(
        invoices=[invoice("0", 10, "2026-06-30"), invoice("1", 10, day), invoice("2", 10, day)],
        credit_notes=[credit_note("1", 10, day)],
        receipts=[receipt("1", 10, day)],
        orders=[order("0", 10, "2026-06-30"), order("1", 10, day), order("2", 10, day)],
        write_offs=[write_off("1", 1, day, invoice_id="0")],
    )
    faults = [
        ("credit_notes", "date_in_future", "issue_date", 2, "warning"),
        ("invoices", "date_in_future", "issue_date", 3, "warning"),
        ("orders", "date_in_future", "order_date", 3, "warning"),
        ("receipts", "date_in_future", "receipt_date", 2, "warning"),
        ("write_offs", "date_in_future", "write_off_date", 2, "warning"),
    ]
    assert found == (faults if is_found else [])


def test_orders_and_write_offs_of_nobody_are_listed() -> None:
    action = {"action_id": "a", "customer_id": "gone", "action_type": "call", "action_date": "2026-06-01"}
    found = _findings(
        orders=[order("1", 10, "2026-06-01", customer_id="gone")],
        write_offs=[write_off("1", 10, "2026-06-01", customer_id="gone")],
        collection_actions=[action],
    )
    assert {row[:3] for row in found} == {
        (entity, "orphan_customer", "customer_id")
        for entity in ("orders", "write_offs", "collection_actions")
    }


def test_a_write_off_that_names_no_known_invoice_is_listed() -> None:
    found = _findings(
        invoices=[invoice("1", 100, "2026-05-01")],
        write_offs=[
            write_off("1", 10, "2026-06-01", invoice_id="1"),
            write_off("2", 10, "2026-06-01"),
            write_off("3", 10, "2026-06-01", invoice_id="gone"),
        ],
    )
    assert found == [("write_offs", "orphan_write_off", "invoice_id", line, "warning") for line in (3, 4)]


def test_an_open_order_or_a_write_off_without_a_rate_blocks_a_closed_order_does_not() -> None:
    found = _findings(
        orders=[
            order("1", 10, "2025-12-31", currency="USD"),
            order("2", 10, "2025-12-31", currency="USD", status="closed"),
            order("3", 10, "2025-12-31", currency="USD", exchange_rate="7"),
        ],
        write_offs=[write_off("1", 10, "2025-12-31", currency="USD")],
    )
    assert found == [
        ("orders", "missing_exchange_rate", "exchange_rate", 2, "critical"),
        ("write_offs", "missing_exchange_rate", "exchange_rate", 2, "critical"),
    ]
