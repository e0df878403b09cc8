"""Control totals beside a file: what was sent is what arrived, or the file is refused."""

import os

import pytest

from tests.landing.door import HEADER, Door

ROWS = "1,C,2024-01-01,,10.00\n2,C,2024-01-02,,20.00\n"
TOTALS = "rows: 2\nsums: {Amount: {CNY: '30.00'}}\n"


def test_totals_speak_for_every_row_that_could_be_read(door: Door) -> None:
    door.mapping()
    door.put("invoices.csv", HEADER + ROWS + "3,C,never,,5.00\n")
    door.put("invoices.csv.control.yml", "rows: 3\nsums: {Amount: '35'}\n")
    delivery = door.land()
    (load,) = delivery.loads
    assert (load.status, load.rows_quarantined, bool(load.control)) == ("loaded", 1, True)
    assert delivery.unclaimed_files == []


def test_an_amount_that_cannot_be_read_is_missing_from_the_sum(door: Door) -> None:
    door.mapping()
    door.put("invoices.csv", HEADER + ROWS + "3,C,2024-01-01,,5.OO\n")
    door.put("invoices.csv.control.yml", "rows: 3\nsums: {Amount: {CNY: 35}}\n")
    refusal = door.land_one().refusal
    assert refusal is not None
    assert refusal.message == (
        "invoices.csv, column Amount: the sum in CNY is not what was sent (invoices.csv.control.yml)."
    )


def test_a_file_landed_before_is_checked_against_new_totals(door: Door) -> None:
    door.mapping()
    door.put("invoices.csv", HEADER + ROWS)
    assert door.land_one().control == ""
    door.put("invoices.csv.control.yml", TOTALS)
    first = door.land_one()
    assert (first.repeated_of, bool(first.control)) == (None, True)
    again = door.land_one()
    assert (again.batch_id, again.control) == (first.batch_id, first.control)
    door.put("invoices.csv.control.yml", "rows: 3\n")
    refusal = door.land_one().refusal
    assert refusal is not None
    assert refusal.reason_code == "control_total"


def test_a_document_over_several_rows_counts_once(door: Door) -> None:
    header = "Invoice ID,Invoice Number,Invoice Date,Due Date,Customer ID,Invoice Status,Currency Code,Total,Balance"
    header += ",Item Total\n"
    row = "{},N{},2024-01-01,2024-01-31,7,Open,CNY,{},0,1\n"
    rows = row.format(1, 1, 10) * 2 + row.format(2, 2, 5)
    door.put("zoho_books/Invoice.csv", header + rows)
    door.put("zoho_books/Invoice.csv.control.yml", "rows: 3\nsums: {Total: {CNY: 15}}\n")
    assert door.land_one().refusal is None


def test_totals_of_a_file_are_not_those_of_what_is_derived_from_it(door: Door) -> None:
    door.mapping(
        more="    control: required\n    derive:\n      - entity: receipts\n"
        "        columns: {receipt_id: No, customer_id: Customer, receipt_date: Due, amount: Amount}\n"
        "        constants: {currency: CNY}\n        where_present: receipt_date\n"
    )
    door.put("invoices.csv", HEADER + ROWS)
    door.put("invoices.csv.control.yml", TOTALS)
    assert [(load.status, load.rows_filtered) for load in door.land().loads] == [("loaded", 0), ("loaded", 2)]


def test_totals_without_their_file_are_told(door: Door) -> None:
    door.mapping()
    door.put("invoices.csv.control.yml", TOTALS)
    assert door.land().unclaimed_files == ["invoices.csv.control.yml"]


@pytest.mark.parametrize(
    "broken", ["rows: [1]\n", "- 1\n", "sums: {Amount: {CNY: NaN}}\n", "rows: 1.5\n", "{}\n", ""]
)
def test_broken_totals_refuse_the_file(door: Door, broken: str) -> None:
    door.mapping()
    door.put("invoices.csv", HEADER + ROWS)
    door.put("invoices.csv.control.yml", broken)
    refusal = door.land_one().refusal
    assert refusal is not None
    assert (refusal.reason_code, bool(refusal.way_out)) == ("bad_control_file", True)


def test_linked_folders_and_names_that_cannot_be_shown_are_told_written_out(door: Door) -> None:
    door.mapping()
    door.put("invoices.csv", HEADER + ROWS)
    door.put("../elsewhere/more.csv", HEADER)
    (door.landing / "linked").symlink_to(door.landing.parent / "elsewhere")
    door.put("evil\x1b[2J.csv", "x")
    (door.landing / os.fsdecode(b"caf\xe9.csv")).write_text("x")
    delivery = door.land()
    assert delivery.unclaimed_files == ["caf\\udce9.csv", "evil\\x1b[2J.csv", "linked"]
    assert [load.status for load in delivery.loads] == ["loaded"]
