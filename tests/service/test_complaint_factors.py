"""Complaint factors of a customer: what counts, until when, and that one more complaint never lowers them."""

from typing import Any

import pytest

from tests.service.cases import Row, build, case, closed
from tests.support.records import invoice

SQL = "select factor_id, raw_value, evidence from intermediate.int_complaint_factor_inputs order by 1"


def _factors(*cases: Row, as_of: str = "2026-06-30", **files: Any) -> dict[str, float]:
    rows = build(*cases, as_of=as_of, upto="int_complaint_factor_inputs", **files).rows(SQL)
    return {row["factor_id"]: row["raw_value"] for row in rows}


def test_nobody_complained_is_no_evidence() -> None:
    assert _factors() == {}


def test_a_settled_service_request_measures_without_blame() -> None:
    settled = closed("1", "2026-06-01 01:00:00", "2026-06-01 02:00:00", case_type="service")
    assert set(_factors(settled).values()) == {0}


def test_cases_weigh_by_kind_and_severity() -> None:
    found = _factors(
        closed("1", "2026-06-01 01:00:00", "2026-06-01 02:00:00"),  # a medium complaint is the unit
        closed("2", "2026-06-01 01:00:00", "2026-06-01 02:00:00", severity="critical"),
        closed("3", "2026-06-01 01:00:00", "2026-06-01 02:00:00", case_type="dispute", severity=None),
    )
    assert found["complaint_load"] == 1 + 4 + 1.5


@pytest.mark.parametrize(("as_of", "counts"), [("2027-05-31", True), ("2027-06-01", False)])
def test_a_closed_case_is_forgotten_after_the_lookback(as_of: str, counts: bool) -> None:
    settled = closed("1", "2026-06-01 01:00:00", "2026-06-01 02:00:00")
    assert bool(_factors(settled, as_of=as_of)) == counts


def test_an_open_case_stays_until_it_is_closed() -> None:
    found = _factors(case("1", "2024-06-03 01:00:00"))
    assert found["complaint_load"] == 0  # opened before the lookback
    assert found["backlog_pressure"] > 50
    assert found["missed_targets"] == 2


def test_money_in_dispute_is_measured_in_months_of_billing() -> None:
    dispute = case("1", "2026-06-29 01:00:00", case_type="dispute", disputed_amount=50, currency="CNY")
    bills = [invoice("i", 1200, "2026-01-01")]
    assert _factors(dispute, invoices=bills)["disputed_months"] == 0.5
    assert "disputed_months" not in _factors(dispute)  # nothing billed to compare with
    assert _factors(case("1", "2026-06-29 01:00:00"))["disputed_months"] == 0


def test_escalation_and_reopening_count() -> None:
    found = _factors(
        closed(
            "1",
            "2026-06-01 01:00:00",
            "2026-06-01 02:00:00",
            resolution_way="litigation",
            resolution_result="lost",
        ),
        closed("2", "2026-06-01 01:00:00", "2026-06-01 02:00:00", resolution_way="negotiation"),
        case("3", "2026-06-29 01:00:00", resolution_way="litigation", reopen_count=2),  # not settled yet
    )
    assert (found["escalation_load"], found["reopened_cases"]) == (5, 2)


@pytest.mark.parametrize("extra", [{}, {"case_type": "dispute", "severity": "low"}, {"case_type": "service"}])
def test_one_more_case_never_lowers_a_factor(extra: dict[str, str]) -> None:
    first = [
        case("1", "2026-06-01 01:00:00", severity="high"),
        closed("2", "2026-06-01 01:00:00", "2026-06-20 02:00:00", reopen_count=1),
    ]
    before = _factors(*first)
    after = _factors(*first, closed("3", "2026-06-29 01:00:00", "2026-06-29 01:05:00", **extra))
    assert all(after[factor] >= value for factor, value in before.items())
