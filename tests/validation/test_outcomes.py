"""What followed a score: every window and edge, from events only, and nothing but what came after."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from tests.rules.rule_tables import read
from tests.support.records import allocation, invoice, order, receipt, write_off
from tests.support.warehouse import Result, Scenario

START = date(2025, 6, 30)
AFTER = START + timedelta(days=400)  # every window that begins at START is over


def day(days: int) -> str:
    """A day some days after START."""
    return str(START + timedelta(days=days))


def scored(key: str, on: date = START, **cells: Any) -> dict[str, Any]:
    return {
        "as_of_date": on,
        "customer_key": key,
        "open_receivables": 1000,
        "ageing_current": 1000,
        "purchases_365": 3,
        "credit_score": 50.0,
        "value_tier": "standard",
        **cells,
    }


def keys(files: dict[str, Any], as_of: date = AFTER) -> dict[str, str]:
    """Customer key by source customer."""
    result = Scenario(as_of=str(as_of), files=files).run("int_customers")
    return {row["customer_id"]: row["customer_key"] for row in result.rows("from intermediate.int_customers")}


def followed(files: dict[str, Any], outcome: str, *, as_of: date = AFTER, **cells: Any) -> int | None:
    """Whether it happened to customer A after START: 1, 0, or None when nothing is said."""
    files = {"customers": [{"customer_id": "A"}], **files}
    history = [scored(key, **cells) for key in keys(files, as_of).values()]
    result = Scenario(as_of=str(as_of), files=files, history={"fct_customer_risk": history}).run(
        "int_outcome_observations"
    )
    rows = result.rows(f"from intermediate.int_outcome_observations where outcome_id = '{outcome}'")
    return rows[0]["is_bad"] if rows else None


def paid(due: int, late: int, amount: int = 1000) -> dict[str, Any]:
    """An invoice due some days after START and paid some days later."""
    return {
        "invoices": [invoice("1", amount, day(due - 30), day(due))],
        "receipts": [receipt("r", amount, day(due + late))],
        "receipt_allocations": [allocation("r", "1", amount, day(due + late))],
    }


@pytest.mark.rules("outcomes", "late_5", "late_15", "late_30")
@pytest.mark.parametrize(("outcome", "days"), [("late_5", 5), ("late_15", 15), ("late_30", 30)])
def test_more_than_so_many_days_late(outcome: str, days: int) -> None:
    assert followed(paid(10, days), outcome) == 0
    assert followed(paid(10, days + 1), outcome) == 1


@pytest.mark.rules("outcomes", "late_5")
def test_lateness_known_at_the_start_predicts_nothing() -> None:
    assert followed(paid(-1, 60), "late_5") == 0  # overdue at the start
    assert followed(paid(0, 60), "late_5") == 1  # due that day: not late yet
    assert followed(paid(84, 60), "late_5") == 1  # six days late on the last day of the window
    assert followed(paid(85, 60), "late_5") == 0


def test_a_rest_below_materiality_is_not_late() -> None:
    assert followed(paid(10, 60, 100), "late_5") == 0
    assert followed(paid(10, 60, 101), "late_5") == 1


def test_a_window_that_is_not_over_says_nothing() -> None:
    assert followed(paid(10, 60), "late_5", as_of=START + timedelta(days=89)) is None
    assert followed(paid(10, 60), "late_5", as_of=START + timedelta(days=90)) == 1


def test_populations_are_of_the_start() -> None:
    assert followed(paid(10, 60), "late_5", ageing_current=100) is None
    assert followed(paid(10, 60), "late_5", ageing_current=101) == 1
    assert followed(paid(10, 60), "default_365", open_receivables=100) is None
    assert followed(paid(10, 60), "default_365", open_receivables=101) == 0
    assert followed(paid(10, 60), "silent_180", purchases_365=0) is None


@pytest.mark.rules("outcomes", "default_365")
def test_default_to_the_day() -> None:
    def unpaid(due: int) -> dict[str, Any]:
        return {"invoices": [invoice("1", 1000, day(-200), day(due))]}

    assert followed(unpaid(-90), "default_365") is None  # in default at the start: not performing
    assert followed(unpaid(-89), "default_365") == 1
    assert followed(unpaid(275), "default_365") == 1
    assert followed(unpaid(276), "default_365") == 0
    assert followed(paid(10, 89), "default_365") == 0
    assert followed(paid(10, 91), "default_365") == 1


def test_small_documents_add_up_to_a_default() -> None:
    invoices = [invoice(str(n), 60, day(-30), day(n)) for n in (0, 10)]
    assert followed({"invoices": invoices[:1]}, "default_365") == 0
    assert followed({"invoices": invoices}, "default_365") == 1
    gone = {
        "receipts": [receipt("r", 60, day(95))],
        "receipt_allocations": [allocation("r", "0", 60, day(95))],
    }
    assert followed({"invoices": invoices, **gone}, "default_365") == 0  # never both at once


@pytest.mark.rules("outcomes", "written_off_365")
def test_a_write_off_counts_after_the_start() -> None:
    def given_up(days: int, amount: int = 500) -> dict[str, Any]:
        files = paid(400, 10)
        return files | {"write_offs": [write_off("w", amount, day(days))]}

    found = [followed(given_up(days), "written_off_365") for days in (0, 1, 365, 366)]
    assert found == [0, 1, 1, 0]
    assert followed(given_up(10, 100), "written_off_365") == 0


@pytest.mark.rules("outcomes", "silent_180", "silent_365")
@pytest.mark.parametrize(("outcome", "days"), [("silent_180", 180), ("silent_365", 365)])
def test_silent_is_no_order_and_no_invoice(outcome: str, days: int) -> None:
    before = [invoice("1", 1000, day(-20), day(10))]

    def bought(again: int) -> dict[str, Any]:
        return {"invoices": [*before, invoice("2", 1000, day(again), day(again + 30))]}

    assert followed({"invoices": before}, outcome) == 1
    assert followed(bought(days), outcome) == 0
    assert followed(bought(days + 1), outcome) == 1
    assert followed({"invoices": before, "orders": [order("o", 10, day(days))]}, outcome) == 0
    assert followed({"invoices": before, "orders": [order("o", 10, day(days), status="void")]}, outcome) == 1


CONTRACT = {
    "contract_id": "K", "customer_id": "A", "contract_type": "sale", "status": "active",
    "signed_date": day(-50), "start_date": day(-50), "end_date": day(800),
}  # fmt: skip


@pytest.mark.rules("outcomes", "breached_180")
def test_a_breach_is_found_or_a_milestone_too_late() -> None:
    def promised(planned: int, actual: int | None, party: str = "customer") -> dict[str, Any]:
        row = {
            "milestone_id": "m",
            "contract_id": "K",
            "milestone_type": "payment",
            "planned_date": day(planned),
        }
        row |= {"responsible_party": party, "actual_date": day(actual) if actual is not None else None}
        return {"contracts": [CONTRACT], "contract_milestones": [row]}

    assert followed(promised(10, 40), "breached_180") == 0
    assert followed(promised(10, 41), "breached_180") == 1
    assert followed(promised(10, None), "breached_180") == 1
    assert followed(promised(10, None, "company"), "breached_180") == 0
    assert followed(promised(-1, None), "breached_180") == 0
    found = {"contracts": [CONTRACT | {"breach_date": day(180)}]}
    assert followed(found, "breached_180") == 1
    assert followed({"contracts": [CONTRACT | {"breach_date": day(181)}]}, "breached_180") == 0
    assert followed({"contracts": [CONTRACT | {"end_date": day(-1)}]}, "breached_180") is None


@pytest.mark.rules("outcomes", "reopened_180")
def test_a_complaint_opened_again() -> None:
    def complaint(opened: int, reopened: int | None) -> dict[str, Any]:
        row = {"case_id": "c", "customer_id": "A", "case_type": "complaint", "status": "closed"}
        row |= {"opened_at": f"{day(opened)} 02:00:00", "resolved_at": f"{day(opened + 3)} 02:00:00"}
        again = f"{day(reopened)} 02:00:00" if reopened is not None else None
        return {"cases": [row | {"reopened_at": again, "reopen_count": 1 if again else 0}]}

    found = [followed(complaint(-10, reopened), "reopened_180") for reopened in (None, 0, 1, 180, 181)]
    assert found == [0, 0, 1, 1, 0]
    assert followed(complaint(-365, 10), "reopened_180") is None
    assert followed(complaint(-364, 10), "reopened_180") == 1


def spells(**files: Any) -> list[tuple[str, str | None]]:
    result: Result = Scenario(as_of=str(AFTER), files=files).run("int_default_spells")
    rows = result.rows("from intermediate.int_default_spells order by default_date")
    return [(str(row["default_date"]), row["ended_date"] and str(row["ended_date"])) for row in rows]


def test_spells_of_default_join_where_rules_follow_each_other() -> None:
    late = paid(0, 200)
    assert spells(**late) == [(day(90), day(200))]
    # the write-off settles the document and is a default for two years by itself
    lost = {
        "invoices": [invoice("1", 1000, day(-30), day(0))],
        "write_offs": [write_off("w", 1000, day(120), invoice_id="1")],
    }
    assert spells(**lost) == [(day(90), day(120 + 730))]
    event = {"event_id": "e", "customer_id": "A", "event_type": "bankruptcy", "customer_role": "defendant"}
    closed = event | {"event_date": day(10), "closed_date": day(20)}
    assert spells(customers=[{"customer_id": "A"}], legal_events=[closed]) == [(day(10), day(20))]


@pytest.mark.rules("model_parameters", "validation_months")
def test_the_last_date_of_each_month_is_judged() -> None:
    dates = [date(2023, 6, 30), date(2023, 7, 31), date(2025, 5, 12), date(2025, 5, 31), date(2026, 6, 29)]
    history = {
        "fct_customer_risk": [scored("a", on) for on in (*dates, date(2026, 6, 30), date(2026, 7, 31))]
    }
    result = Scenario(as_of="2026-07-15", history=history).run("int_validation_dates")
    rows = result.rows("from intermediate.int_validation_dates order by validation_date")
    assert [row["validation_date"] for row in rows] == [dates[1], dates[3], date(2026, 6, 30)]


def test_pooled_windows_do_not_overlap() -> None:
    months = [date(2025, month, 1) - timedelta(days=1) for month in range(1, 13)]
    history = {"fct_customer_risk": [scored("a", on) for on in months]}
    result = Scenario(as_of="2026-06-30", history=history).run("int_outcome_windows")
    rows = result.rows(
        "from intermediate.int_outcome_windows where is_pooled order by outcome_id, validation_date"
    )
    for row, following in pairwise(rows):
        if row["outcome_id"] == following["outcome_id"]:
            assert row["window_end"] <= following["validation_date"]
    quarter = [str(row["validation_date"]) for row in rows if row["outcome_id"] == "late_5"]
    assert quarter == ["2025-02-28", "2025-05-31", "2025-08-31", "2025-11-30"]


@pytest.mark.rules("outcome_judgements", "*")
def test_each_judgement_names_an_outcome_and_a_dimension_with_a_score() -> None:
    result = Scenario().run(
        ["stg_rules__outcome_judgements", "stg_rules__outcomes", "stg_rules__risk_dimensions"]
    )
    in_force = result.rows("from staging.stg_rules__outcome_judgements")
    assert len(in_force) == len(read("outcome_judgements"))
    outcomes = {row["outcome_id"]: row for row in result.rows("from staging.stg_rules__outcomes")}
    dimensions = {row["dimension"] for row in result.rows("from staging.stg_rules__risk_dimensions")}
    assert {row["outcome_id"] for row in in_force} == set(outcomes)
    assert {row["dimension"] for row in in_force} == dimensions - {"protection"} | {"composite"}
    lateness = {"late_5", "late_15", "late_30"}
    assert {name for name, row in outcomes.items() if row["outcome_type"] == "late"} == lateness
