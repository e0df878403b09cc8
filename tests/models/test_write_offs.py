"""What was given up as lost: whose it is, what it lowers and from which day."""

from decimal import Decimal

from tests.support.records import invoice, write_off
from tests.support.warehouse import Result, Scenario

CUSTOMERS = [{"customer_id": "A"}, {"customer_id": "B"}]
RATES = [{"currency": "USD", "rate_date": "2026-01-01", "rate_to_base": "7"}]


def _build(*write_offs, upto="int_document_write_offs", as_of="2026-06-30", **files) -> Result:
    files = {"customers": CUSTOMERS, "write_offs": list(write_offs)} | files
    return Scenario(as_of=as_of, files=files, rules={"exchange_rates": RATES}).run(upto=upto)


def _write_offs(result: Result) -> list[tuple]:
    rows = result.rows("select * from intermediate.int_document_write_offs order by write_off_id")
    return [(row["applied_document_id"], row["settled_amount"], str(row["applied_date"])) for row in rows]


def test_a_write_off_counts_against_its_invoice_from_its_own_day_on() -> None:
    result = _build(
        write_off("w", 40, "2026-05-01", invoice_id="1"), invoices=[invoice("1", 100, "2026-01-01")]
    )
    assert _write_offs(result) == [("files:1", 40, "2026-05-01")]


def test_a_write_off_waits_for_its_invoice() -> None:
    result = _build(
        write_off("w", 40, "2025-12-01", invoice_id="1"), invoices=[invoice("1", 100, "2026-01-01")]
    )
    assert _write_offs(result) == [("files:1", 40, "2026-01-01")]


def test_a_write_off_in_another_currency_lowers_the_invoice_in_the_invoices() -> None:
    result = _build(
        write_off("w", 70, "2026-05-01", invoice_id="1"),
        write_off("x", 10, "2026-05-01", currency="USD"),
        invoices=[invoice("1", 100, "2026-01-01", currency="USD")],
    )
    assert _write_offs(result) == [("files:1", 10, "2026-05-01"), (None, None, "None")]
    assert [row["amount_base"] for row in result.rows("from intermediate.int_document_write_offs")] == [
        70,
        70,
    ]


def test_the_invoice_says_whose_loss_it_is_and_one_of_nobody_is_left_out() -> None:
    result = _build(
        write_off("w", 40, "2026-05-01", invoice_id="1", customer_id="gone"),
        write_off("x", 40, "2026-05-01", customer_id="gone"),
        invoices=[invoice("1", 100, "2026-01-01")],
    )
    owner = result.value("select customer_key from intermediate.int_invoices")
    assert [row["customer_key"] for row in result.rows("from intermediate.int_document_write_offs")] == [
        owner
    ]


def test_a_write_off_without_a_rate_has_no_base_amount() -> None:
    [row] = _build(write_off("w", 10, "2025-12-31", currency="USD")).rows(
        "from intermediate.int_document_write_offs"
    )
    assert (row["amount"], row["amount_base"]) == (Decimal(10), None)
