"""How well the whole company gets its money in, month by month, against figures worked out by hand."""

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from tests.support.records import allocation, credit_note, invoice, receipt, write_off
from tests.support.warehouse import Result, Scenario

# Owed at the end of May 900,000; sold in June 800,000; owed at its end 800,000, of which 500,000 are not due.
QUARTER = {
    "invoices": [
        invoice("1", 900_000, "2026-04-10", "2026-06-10"),
        invoice("2", 800_000, "2026-06-05", "2026-07-05", customer_id="B"),
    ],
    "receipts": [receipt("r", 600_000, "2026-06-15"), receipt("s", 300_000, "2026-06-20", customer_id="B")],
    "receipt_allocations": [
        allocation("r", "1", 600_000, "2026-06-15"),
        allocation("s", "2", 300_000, "2026-06-20"),
    ],
}


def _build(as_of: str, files: dict[str, Any], upto: str = "mart_credit_control", rules: Any = None) -> Result:
    return Scenario(as_of=as_of, files=files, rules=rules or {}).run(upto)


def _months(as_of: str, files: dict[str, Any], **options: Any) -> dict[str, dict[str, Any]]:
    rows = _build(as_of, files, **options).rows("from marts.mart_credit_control")
    return {str(row["month_end"]): row for row in rows}


def test_the_golden_month() -> None:
    june = _months("2026-06-30", QUARTER)["2026-06-30"]
    assert june["cei"] == 75.0  # (900 + 800 - 800) / (900 + 800 - 500)
    assert (june["dso_sales"], june["dso_days"]) == (1_700_000, 91)
    assert june["dso"] == round(800 / 1700 * 91, 4) == 42.8235
    assert june["bpdso"] == round(500 / 1700 * 91, 4) == 26.7647
    assert june["average_days_delinquent"] == round(300 / 1700 * 91, 4) == 16.0588
    assert (june["overdue_rate"], june["overdue_rate_documents"]) == (0.375, 0.5)
    assert (june["open_receivables"], june["not_due_balance"]) == (800_000, 500_000)
    assert june["is_complete"]


def test_each_month_is_as_it_stood_at_its_end() -> None:
    months = _months("2026-06-30", QUARTER)
    assert (len(months), min(months)) == (24, "2024-07-31")
    owed = {day: (row["open_receivables"], row["overdue_balance"]) for day, row in months.items()}
    assert owed["2026-03-31"] == (0, 0)
    assert owed["2026-04-30"] == owed["2026-05-31"] == (900_000, 0)
    assert months["2026-05-31"]["cei"] is None  # nothing could be collected: all of it was not due
    assert months["2026-03-31"]["dso"] is months["2026-03-31"]["overdue_rate"] is None


def test_the_month_of_the_business_date_ends_with_it() -> None:
    months = _months("2026-06-12", QUARTER)
    june = months["2026-06-12"]
    assert (june["is_complete"], months["2026-05-31"]["is_complete"]) == (False, True)
    assert (june["open_receivables"], june["overdue_balance"]) == (1_700_000, 900_000)
    assert june["dso_days"] == 73
    assert "2026-06-30" not in months


def test_sales_are_net_of_credit_notes_and_a_window_without_sales_has_no_dso() -> None:
    files = QUARTER | {"credit_notes": [credit_note("c", 200_000, "2026-06-10")]}
    june = _months("2026-06-30", files)["2026-06-30"]
    assert (june["credit_sales"], june["dso_sales"]) == (600_000, 1_500_000)
    later = _months("2026-10-31", QUARTER)["2026-10-31"]
    assert later["open_receivables"] == 800_000
    assert later["dso"] is later["bpdso"] is later["average_days_delinquent"] is None


@pytest.mark.rules("model_parameters", "control_months", "dso_months", "cei_months")
def test_windows_are_rules() -> None:
    rules = [
        {"parameter": name, "value": value}
        for name, value in {
            "control_months": 3, "dso_months": 1, "cei_months": 3, "default_window_months": 1,
            "tolerance_amount": "0.01", "materiality_amount": 100, "lookback_days": 730,
        }.items()
    ]  # fmt: skip
    months = _months("2026-06-30", QUARTER, rules={"model_parameters": rules})
    june = months["2026-06-30"]
    assert len(months) == 3
    assert june["dso"] == round(800 / 800 * 30, 4)
    # nothing owed at the end of March, a third of the sales since: the formula for a window of three months
    assert june["cei"] == round(100 * (1700 / 3 - 800) / (1700 / 3 - 500), 4)


def test_bad_debt_is_of_the_cohort_that_was_invoiced() -> None:
    files = {
        "invoices": [
            invoice("1", 1000, "2026-01-10"),
            invoice("2", 3000, "2026-01-20"),
            invoice("3", 500, "2026-04-01"),
        ],
        "write_offs": [
            write_off("w", 400, "2026-04-15", invoice_id="1"),
            write_off("x", 500, "2026-07-01", invoice_id="2"),
            write_off("y", 50, "2026-05-01"),
        ],
    }
    months = _months("2026-06-30", files)
    january, april, may = (months[f"2026-0{month}"] for month in ("1-31", "4-30", "5-31"))
    assert (january["invoiced"], january["cohort_written_off"]) == (4000, 400)
    assert january["bad_debt_rate"] == 0.1
    assert (april["bad_debt_rate"], may["bad_debt_rate"]) == (0, None)
    assert [row["month_written_off"] for row in (january, april, may)] == [0, 400, 50]
    assert (january["open_balance"], april["open_balance"]) == (4000, 4100)


@pytest.mark.rules("model_parameters", "default_window_months")
def test_the_default_rate_follows_those_who_performed_at_the_start() -> None:
    old = [
        invoice(name, 1000, "2025-06-15", "2025-07-15", customer_id=name)
        for name in ("paid", "late", "lost", "new")
    ]
    old[3] |= {"issue_date": "2025-07-01"}  # owed nothing at the start of the window
    bad = invoice(
        "bad", 1000, "2025-01-01", "2025-02-01", customer_id="bad"
    )  # in default at the start already
    files = {
        "invoices": [*old, bad],
        "receipts": [
            receipt("r", 1000, "2025-10-12", customer_id="paid"),
            receipt("s", 1000, "2025-11-05", customer_id="late"),
        ],
        # paid 89 days late; a default cured after its month-end: 113 days late
        "receipt_allocations": [
            allocation("r", "paid", 1000, "2025-10-12"),
            allocation("s", "late", 1000, "2025-11-05"),
        ],
        "write_offs": [write_off("w", 1000, "2025-09-01", invoice_id="lost", customer_id="lost")],
    }
    june = _months("2026-06-30", files)["2026-06-30"]
    assert (june["performing_customers"], june["defaulted_customers"]) == (3, 2)
    assert june["default_rate"] == round(2 / 3, 6)
    earlier = _months("2026-06-30", files)["2026-05-31"]
    assert (earlier["performing_customers"], earlier["default_rate"]) == (None, None)


def test_proceedings_are_a_default_while_they_are_open() -> None:
    event = {"event_id": "e", "customer_id": "A", "event_type": "enforcement", "customer_role": "defendant"}
    files = {"invoices": [invoice("1", 1000, "2025-06-15", "2027-01-01")]}

    def rate(**dates: str) -> float:
        return _months("2026-06-30", files | {"legal_events": [event | dates]})["2026-06-30"]["default_rate"]

    assert rate(event_date="2025-07-10", closed_date="2025-08-01") == 1
    assert rate(event_date="2025-07-10", closed_date="2025-07-31") == 0  # over before a month ended
    assert rate(event_date="2026-07-01") == 0


ROLLING = {
    "invoices": [
        invoice("a", 100, "2026-01-01", "2026-05-31"),  # not due, then 30 days past due
        invoice("b", 300, "2026-01-01", "2026-08-01"),  # never due
        invoice("c", 50, "2026-01-01", "2026-05-15"),  # 16, then 46 days
        invoice("d", 40, "2026-01-01", "2026-02-15"),  # 105, then 135 days
        invoice("e", 900, "2025-01-01", "2025-06-01"),  # over 120 days for long
    ]
}


def test_roll_rates_by_hand() -> None:
    result = _build("2026-06-30", ROLLING, upto="mart_roll_rates")
    rows = result.rows("from marts.mart_roll_rates where month_end = '2026-06-30' order by sort_order")
    found = {
        row["ageing_bucket"]: (row["balance_base"], row["rolled_base"], row["roll_rate"]) for row in rows
    }
    assert found == {
        "current": (400, 100, 0.25),
        "1_30": (50, 50, 1.0),
        "31_60": (0, 0, None),
        "61_90": (0, 0, None),
        "91_120": (40, 40, 1.0),  # the 900 were over 120 days before: they did not roll in
    }
    assert [row["next_bucket"] for row in rows] == ["1_30", "31_60", "61_90", "91_120", "over_120"]


def test_an_unfinished_month_has_no_roll_rate() -> None:
    rows = _build("2026-06-29", ROLLING, upto="mart_roll_rates").rows("from marts.mart_roll_rates")
    assert max(str(row["month_end"]) for row in rows) == "2026-05-31"
    assert len(rows) == 23 * 5


def test_nothing_sold_is_no_rate_and_no_error() -> None:
    months = _months("2026-06-30", {"customers": [{"customer_id": "A"}]})
    assert len(months) == 24
    rates = (
        "dso",
        "bpdso",
        "average_days_delinquent",
        "cei",
        "overdue_rate",
        "default_rate",
        "bad_debt_rate",
    )
    assert {row[name] for row in months.values() for name in rates} == {None}
    assert {row["open_balance"] for row in months.values()} == {Decimal(0)}


@pytest.mark.parametrize("as_of", ["2024-02-29", "2026-03-31", "2026-05-30"])
def test_months_end_where_the_calendar_says(as_of: str) -> None:
    rows = _build(as_of, {}, upto="int_control_months").rows(
        "from intermediate.int_control_months order by months_back"
    )
    assert str(rows[0]["month_end"]) == as_of
    assert all(row["month_start"].day == 1 for row in rows)
    for newer, older in pairwise(rows):
        assert (newer["month_start"] - older["month_end"]).days == 1
        assert newer["previous_month_end"] == older["month_end"]
