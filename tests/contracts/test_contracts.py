"""Contracts as of a date: clauses, states at each edge, fulfilment, slippage on either side, breach, orders."""

from decimal import Decimal

import pytest

from tests.contracts.records import MART, build, clauses, contract, milestone, order


def test_clauses_are_asked_for_by_kind_of_contract() -> None:
    rows = build(
        contracts=[
            contract("1", **clauses()),
            contract("2", **clauses(liability=False, payment_terms=False)),
            contract("3", contract_type="nda", **clauses(payment_terms=False)),  # an NDA needs none
            contract("4", has_term=True, has_liability=False),  # nobody looked for the others
            contract("5"),
        ]
    ).rows(MART)
    assert [row["clause_completeness"] for row in rows] == [1, 0.5, 1, pytest.approx(1 / 3, abs=1e-6), None]
    assert [row["missing_clauses"] for row in rows] == [0, 2, 0, 1, 0]
    assert [row["unknown_clauses"] for row in rows] == [0, 0, 0, 3, 5]
    assert rows[1]["missing_clause_list"] == "liability,payment_terms"
    assert [row["required_clauses"] for row in rows] == [5, 5, 4, 5, 5]


STATES = [
    ({"start_date": "2026-07-01", "signed_date": "2026-06-30"}, "signed"),
    ({"start_date": "2026-06-30"}, "active"),
    ({"end_date": "2026-09-29"}, "active"),  # 91 days
    ({"end_date": "2026-09-28"}, "expiring"),  # 90 days
    ({"end_date": "2026-06-30"}, "expiring"),  # its last day
    ({"end_date": "2026-06-29"}, "expired"),
    ({"end_date": None}, "active"),
    ({"end_date": "2026-06-29", "is_auto_renewed": True}, "renewed"),
    (
        {"end_date": "2026-12-31", "is_auto_renewed": True, "notice_days": 93},
        "active",
    ),  # notice by 29 September
    ({"end_date": "2026-12-31", "is_auto_renewed": True, "notice_days": 94}, "notice_due"),
    ({"end_date": "2026-08-30", "is_auto_renewed": True, "notice_days": 61}, "notice_due"),  # notice today
    ({"end_date": "2026-08-29", "is_auto_renewed": True, "notice_days": 61}, "renewing"),
    ({"status": "terminated", "terminated_date": "2026-06-30"}, "terminated"),
    ({"status": "terminated", "terminated_date": "2026-07-01"}, "active"),
    ({"status": "terminated"}, "terminated"),
    ({"status": "completed", "end_date": "2026-06-30"}, "completed"),
    ({"status": "completed"}, "completed"),  # no milestone is open
    ({"status": "draft"}, "draft"),
    ({"status": "void"}, "void"),
]


@pytest.mark.rules("model_parameters", "expiry_horizon_days")
@pytest.mark.parametrize(("cells", "state"), STATES)
def test_state_on_each_side_of_an_edge(cells: dict, state: str) -> None:
    assert build(contracts=[contract("1", **cells)]).one(MART)["contract_state"] == state


def test_a_completed_contract_ran_until_its_last_milestone() -> None:
    files = {
        "contracts": [contract("1", status="completed")],
        "contract_milestones": [milestone("m", "2026-03-01", "2026-05-10")],
    }
    assert build(as_of="2026-05-09", **files).one(MART)["contract_state"] == "active"
    assert build(as_of="2026-05-10", **files).one(MART)["contract_state"] == "completed"


def test_a_contract_does_not_exist_before_it_is_concluded() -> None:
    rows = [
        contract("1", signed_date="2026-06-30", start_date="2026-08-01"),
        contract("2", start_date="2026-07-01"),
    ]
    assert [row["contract_id"] for row in build(contracts=rows).rows(MART)] == ["files:1"]


def test_fulfilment_counts_what_was_due_by_the_day() -> None:
    row = build(
        contracts=[contract("1")],
        contract_milestones=[
            milestone("a", "2026-06-30", "2026-06-30", amount=300),  # due and done today
            milestone("b", "2026-06-30", None),
            milestone("c", "2026-06-29", "2026-07-01"),  # done after as_of: open and a day late
            milestone("d", "2026-07-01", "2026-06-01"),  # done, not due
            milestone("e", "2026-07-15", None),
            milestone("f", "2026-06-01", "2026-05-20", amount=None),  # early; its value is unknown
        ],
    ).one(MART)
    assert (row["milestones"], row["milestones_due"], row["milestones_fulfilled"]) == (6, 4, 2)
    assert row["fulfilment_rate"] == 0.5
    assert (row["value_due"], row["value_fulfilled"]) == (Decimal("500.00"), Decimal("300.00"))
    assert row["fulfilment_rate_value"] == 0.6
    assert str(row["next_planned_date"]) == "2026-07-15"
    assert (row["company_due"], row["company_late"], row["company_overdue"]) == (4, 1, 1)
    assert (row["company_delay_days"], row["company_max_late_days"]) == (0.25, 1)
    assert row["breach_party"] == "none"


def test_nothing_due_is_no_rate() -> None:
    row = build(contracts=[contract("1")], contract_milestones=[milestone("a", "2026-07-01")]).one(MART)
    assert (row["fulfilment_rate"], row["fulfilment_rate_value"], row["company_delay_days"]) == (
        None,
        None,
        None,
    )
    assert (row["milestones"], row["milestones_due"]) == (1, 0)


@pytest.mark.rules("model_parameters", "breach_grace_days")
@pytest.mark.parametrize(("planned", "breached"), [("2026-05-31", False), ("2026-05-30", True)])
def test_a_milestone_is_a_breach_after_the_days_of_grace(planned: str, breached: bool) -> None:
    for party in ("company", "customer"):
        row = build(
            contracts=[contract("1")], contract_milestones=[milestone("a", planned, responsible_party=party)]
        ).one(MART)
        assert row["breach_party"] == (party if breached else "none")
        assert row[f"{party}_breaches"] == int(breached)


def test_breach_names_both_sides() -> None:
    row = build(
        contracts=[contract("1", breach_date="2026-06-30")],
        contract_milestones=[milestone("a", "2026-01-01")],
    ).one(MART)
    assert row["breach_party"] == "both"
    later = build(contracts=[contract("1", breach_date="2026-07-01")]).one(MART)
    assert (later["breach_party"], later["breach_date"]) == ("none", None)


def test_orders_are_late_by_their_promise() -> None:
    row = build(
        contracts=[contract("1")],
        orders=[
            order("a", "2026-06-01", "2026-06-01", contract_id="1"),
            order("b", "2026-06-01", "2026-06-11", contract_id="1"),
            order("c", "2026-06-20", None, contract_id="1"),  # ten days so far
            order("d", "2026-07-01", None, contract_id="1"),  # not promised yet
            order("e", "2026-06-01", None, contract_id="1", status="void"),
            order("f", "2026-06-01", None, contract_id="1", status="closed"),  # delivered when, nobody wrote
            order("g", None, "2026-06-11", contract_id="1"),
        ],
    ).one(MART)
    assert (row["orders_due"], row["orders_late"]) == (3, 2)
    assert row["order_delay_days"] == pytest.approx(20 / 3, abs=1e-6)


def test_values_are_in_base_currency_at_the_contract_s_rate() -> None:
    rules = {
        "exchange_rates": [
            {"currency": "USD", "rate_date": "2025-01-01", "rate_to_base": 7},
            {"currency": "USD", "rate_date": "2026-02-01", "rate_to_base": 8},
        ]
    }
    rows = build(
        contracts=[
            contract("1", currency="USD", amount=100, exchange_rate=6.5),
            contract("2", currency="USD", amount=100),
            contract("3", currency="XXX", amount=100),
        ],
        contract_milestones=[
            milestone("a", "2026-03-01", currency=None),
            milestone("b", "2026-03-01", contract_id="2", currency="USD"),
            milestone("c", "2026-03-01", contract_id="3", currency="USD"),
        ],
        rules=rules,
    ).rows(MART)
    assert [row["amount_base"] for row in rows] == [Decimal("650.00"), Decimal("700.00"), None]
    assert [row["value_due"] for row in rows] == [Decimal("650.00"), Decimal("700.00"), Decimal("800.00")]


def test_a_contract_is_scored_by_the_factors_of_its_customer() -> None:
    result = build(
        contracts=[
            contract("1", **clauses()),
            contract("2", breach_date="2026-06-01"),
            contract("3", status="void"),
        ],
        contract_milestones=[milestone("a", "2026-06-01", "2026-06-01")],
    )
    rows = result.rows(MART)
    assert rows[0]["contract_risk_score"] == 0
    assert rows[0]["reason_1_code"] is None
    assert rows[1]["contract_risk_score"] > 40
    assert (rows[1]["reason_1_code"], rows[1]["reason_1_en"]) == ("CO02", "The customer broke its contracts")
    assert rows[2]["contract_risk_score"] is None
