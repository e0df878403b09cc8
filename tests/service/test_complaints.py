"""Complaints and disputes as of a date: SLA states, backlog, reopening, disputed money."""

from decimal import Decimal

import pytest

from tests.service.cases import LEVELS, STATES, build, case, closed

# medium complaint: answered within 480 office minutes, resolved within 2400, at risk from 75 % of either
MONDAY = "2026-06-01 01:00:00"


@pytest.mark.parametrize(
    ("resolved", "state"),
    [
        ("2026-06-01 10:00:00", "met"),  # 480 minutes: the whole Monday
        ("2026-06-02 01:00:00", "met"),  # the same working time the next morning
        ("2026-06-02 01:00:01", "breached"),
        ("2026-06-02 01:01:00", "breached"),
    ],
)
def test_a_response_is_in_time_to_the_second(resolved: str, state: str) -> None:
    row = build(case("1", MONDAY, first_response_at=resolved)).one(LEVELS)
    assert row["response_state"] == state


@pytest.mark.parametrize(
    ("opened", "state", "minutes"),
    [
        ("2026-06-30 01:00:00", "running", 480),  # a day of five
        ("2026-06-25 03:00:01", "running", 1800 - 1 / 60),
        ("2026-06-25 01:00:00", "at_risk", 1920),
        ("2026-06-25 03:00:00", "at_risk", 1800),
        ("2026-06-24 01:00:00", "at_risk", 2400),
        ("2026-06-23 09:59:59", "breached", 2400 + 1 / 60),
    ],
)
def test_an_open_case_runs_to_the_end_of_the_day(opened: str, state: str, minutes: float) -> None:
    row = build(case("1", opened, first_response_at=opened)).one(LEVELS)
    assert (row["resolution_state"], row["resolution_minutes"]) == (state, pytest.approx(minutes, abs=0.01))
    assert (row["response_state"], row["response_minutes"]) == ("met", 0)


def test_an_open_case_nobody_answered_is_late_as_well() -> None:
    assert build(case("1", "2026-06-29 00:00:00")).one(LEVELS)["response_state"] == "breached"
    assert build(case("1", "2026-06-30 01:00:00")).one(LEVELS)["response_state"] == "at_risk"
    assert build(case("1", "2026-06-30 06:00:00")).one(LEVELS)["response_state"] == "running"


def test_what_cannot_be_measured_is_unknown() -> None:
    rows = build(
        case("1", MONDAY, status="closed"),  # closed, nobody wrote when
        closed("2", MONDAY, "2026-05-31 01:00:00"),  # resolved before it was opened
        closed(
            "3", MONDAY, "2026-06-02 01:00:00", reopened_at="2026-06-05 01:00:00"
        ),  # closed again, nobody wrote when
    ).rows(LEVELS)
    assert [row["resolution_state"] for row in rows] == ["unknown"] * 3
    assert [row["resolution_minutes"] for row in rows] == [None] * 3


def test_a_case_without_severity_gets_the_middle_target_and_says_so() -> None:
    result = build(case("1", MONDAY, severity=None))
    assert result.one(LEVELS)["resolution_target"] == 2400
    assert result.one(STATES)["case_severity"] == "unknown"


def test_without_a_target_nothing_is_met_or_missed() -> None:
    row = build(closed("1", MONDAY, "2026-06-02 01:00:00"), rules={"sla_targets": []}).one(LEVELS)
    assert (row["response_state"], row["resolution_state"]) == ("unknown", "unknown")


# a case opened on 1 May, resolved on 10 June, opened again on 20 June; 16:00 UTC is midnight in Shanghai
LIFE = {"resolved_at": "2026-06-10 03:00:00", "reopened_at": "2026-06-20 03:00:00", "reopen_count": 1}


@pytest.mark.parametrize(
    ("as_of", "is_open", "reopened", "days_open"),
    [
        ("2026-05-01", True, 0, 0),
        ("2026-06-09", True, 0, 39),
        ("2026-06-10", False, 0, 40),
        ("2026-06-19", False, 0, 40),
        ("2026-06-20", True, 1, 50),
        ("2026-06-30", True, 1, 60),
    ],
)
def test_a_case_is_as_open_as_it_was_on_the_day(
    as_of: str, is_open: bool, reopened: int, days_open: int
) -> None:
    row = build(case("1", "2026-05-01 02:00:00", **LIFE), as_of=as_of).one(STATES)
    assert (row["is_open"], row["reopen_count"], row["days_open"]) == (is_open, reopened, days_open)
    assert (row["resolved_at"] is None) == is_open


@pytest.mark.parametrize(("as_of", "cases"), [("2026-06-14", 0), ("2026-06-15", 1)])
def test_the_company_s_midnight_decides_the_day(as_of: str, cases: int) -> None:
    result = build(case("1", "2026-06-14 16:00:00"), as_of=as_of, upto="int_case_states")
    assert len(result.rows(STATES)) == cases
    assert all(str(row["opened_date"]) == "2026-06-15" for row in result.rows(STATES))


def test_disputed_money_is_counted_while_it_is_disputed() -> None:
    result = build(
        case("1", MONDAY, case_type="dispute", disputed_amount=700, currency="CNY", invoice_id="i"),
        case("2", "2026-06-10 01:00:00", disputed_amount=100, currency="USD", invoice_id="i"),
        closed("3", MONDAY, "2026-06-03 01:00:00", case_type="dispute", disputed_amount=9, currency="CNY"),
        case("4", MONDAY, case_type="dispute"),
        upto=["int_document_disputes", "int_customer_service", "mart_complaints"],
        rules={"exchange_rates": [{"currency": "CNY", "rate_date": "1900-01-01", "rate_to_base": 1},
                                  {"currency": "USD", "rate_date": "1900-01-01", "rate_to_base": 7}]},
    )  # fmt: skip
    document = result.one("select * from intermediate.int_document_disputes")
    assert (document["open_disputes"], document["disputed_amount_base"]) == (2, Decimal("1400.00"))
    assert document["oldest_dispute_days"] == 29
    customer = result.one("select * from intermediate.int_customer_service")
    assert (customer["open_disputes"], customer["disputed_open_base"]) == (3, Decimal("1400.00"))
    rows = result.rows(
        "select case_id, disputed_amount_base, is_dispute from marts.mart_complaints order by 1"
    )
    assert [row["disputed_amount_base"] for row in rows] == [700, 700, 9, None]
    assert all(row["is_dispute"] for row in rows)


def test_a_case_without_a_customer_stays_in_the_mart() -> None:
    row = build(case("1", MONDAY, customer_id=None), upto="mart_complaints").one(
        "select * from marts.mart_complaints"
    )
    assert (row["customer_key"], row["customer_id"], row["case_status"]) == (None, None, "open")


def test_ways_and_results_show_once_a_case_is_closed() -> None:
    ended = {"resolution_way": "arbitration", "resolution_result": "lost"}
    rows = build(
        closed("1", MONDAY, "2026-06-03 01:00:00", **ended),
        case("2", MONDAY, **ended),
        upto="mart_complaints",
    ).rows("select resolution_way, resolution_result, is_backlog from marts.mart_complaints order by case_id")
    assert [(row["resolution_way"], row["resolution_result"]) for row in rows] == [
        ("arbitration", "lost"),
        (None, None),
    ]
    assert [row["is_backlog"] for row in rows] == [False, True]
