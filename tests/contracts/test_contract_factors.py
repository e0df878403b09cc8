"""Contract factors of a customer: what they add up, and who has none."""

from typing import Any

import pytest

from tests.contracts.records import build, clauses, contract, milestone, order

SQL = "select factor_id, raw_value, evidence from intermediate.int_contract_factor_inputs order by 1"


def _factors(as_of: str = "2026-06-30", **files: Any) -> dict[str, float]:
    rows = build(as_of=as_of, upto="int_contract_factor_inputs", **files).rows(SQL)
    return {row["factor_id"]: row["raw_value"] for row in rows}


def test_without_contract_or_order_there_is_no_factor() -> None:
    assert _factors() == {}
    assert _factors(contracts=[contract("1", status="draft")]) == {}
    assert _factors(orders=[order("a", "2026-07-01")]) == {}


def test_a_contract_alone_has_no_delay() -> None:
    assert _factors(contracts=[contract("1")]) == {"customer_breaches": 0, "expiry_pressure": 0}


def test_delays_add_up_over_milestones_and_orders_once() -> None:
    found = _factors(
        contracts=[contract("1"), contract("2")],
        contract_milestones=[
            milestone("a", "2026-06-10", "2026-06-20"),
            milestone("b", "2026-06-10", "2026-06-01", contract_id="2"),
            milestone("c", "2026-06-10", "2026-06-15", responsible_party="customer"),
        ],
        orders=[order("x", "2026-06-10", "2026-06-12", contract_id="1"), order("y", "2026-06-26", None)],
    )
    assert found["company_delay"] == pytest.approx((10 + 0 + 2 + 4) / 4)
    assert found["customer_delay"] == 5
    assert found["unfulfilled_share"] == 0
    assert found["customer_breaches"] == 0


@pytest.mark.rules("model_parameters", "contract_lookback_days")
@pytest.mark.parametrize(("as_of", "counts"), [("2028-06-08", True), ("2028-06-09", False)])
def test_deliveries_are_forgotten_after_the_lookback(as_of: str, counts: bool) -> None:
    found = _factors(as_of=as_of, orders=[order("x", "2026-06-10", "2026-06-12")])
    assert ("company_delay" in found) == counts  # 730 days from 10 June 2026


def test_missing_clauses_weigh_by_contract_value() -> None:
    found = _factors(
        contracts=[
            contract("1", amount=900, currency="CNY", **clauses()),
            contract("2", amount=100, currency="CNY", **clauses(liability=False, payment_terms=False)),
        ]
    )
    assert found["clause_gap"] == pytest.approx(0.1 * 0.5)


def test_one_running_contract_keeps_the_customer() -> None:
    ending = contract("1", end_date="2026-07-30")
    assert _factors(contracts=[ending])["expiry_pressure"] == pytest.approx(1 - 30 / 90, abs=1e-6)
    assert _factors(contracts=[ending, contract("2")])["expiry_pressure"] == 0
    nda = contract("3", contract_type="nda", end_date=None)
    assert _factors(contracts=[ending, nda])["expiry_pressure"] == pytest.approx(2 / 3, abs=1e-6)
    assert _factors(contracts=[contract("1", end_date="2026-06-29")])["expiry_pressure"] == 1


def test_breaches_of_the_customer_are_counted_once_each() -> None:
    late = milestone("m", "2026-01-01", responsible_party="customer")
    found = contract("1", breach_date="2026-03-01")
    assert _factors(contracts=[found])["customer_breaches"] == 1
    assert _factors(contracts=[found], contract_milestones=[late])["customer_breaches"] == 1
    both = _factors(contracts=[found, contract("2", breach_date="2026-04-01")])
    assert both["customer_breaches"] == 2
    ours = milestone("m", "2026-01-01")
    assert _factors(contracts=[contract("1")], contract_milestones=[ours])["customer_breaches"] == 0
