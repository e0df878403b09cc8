"""Landed contracts, milestones and orders with the cells that tests rarely care about filled in."""

from typing import Any

from tests.support.warehouse import Result, Scenario

Row = dict[str, Any]
CLAUSES = ("rights_and_duties", "term", "liability", "payment_terms", "dispute_resolution", "confidentiality")
MART = "select * from marts.mart_contract_risk order by contract_id"


def contract(contract_id: str, **cells: Any) -> Row:
    """One active sales contract of customer A over 2026; clauses unknown unless given."""
    row = {"contract_id": contract_id, "customer_id": "A", "contract_type": "sale", "status": "active"}
    return {**row, "start_date": "2026-01-01", "end_date": "2026-12-31", **cells}


def clauses(**has: bool) -> Row:
    """All clauses present but the named ones."""
    return {f"has_{clause}": has.get(clause, True) for clause in CLAUSES}


def milestone(milestone_id: str, planned: str, actual: str | None = None, **cells: Any) -> Row:
    """One delivery of ours in contract 1 worth 100 CNY unless told otherwise."""
    row = {"milestone_id": milestone_id, "contract_id": "1", "milestone_type": "delivery"}
    row |= {"responsible_party": "company", "amount": 100, "currency": "CNY"}
    return {**row, "planned_date": planned, "actual_date": actual, **cells}


def order(order_id: str, promised: str | None, delivered: str | None = None, **cells: Any) -> Row:
    """One open order of customer A of 1 January, 10 CNY."""
    row = {
        "order_id": order_id,
        "customer_id": "A",
        "order_date": "2026-01-01",
        "currency": "CNY",
        "amount": 10,
    }
    return {**row, "status": "open", "promised_date": promised, "delivered_date": delivered, **cells}


def build(as_of: str = "2026-06-30", upto: Any = "mart_contract_risk", **files: Any) -> Result:
    """Models of a few contracts; `rules` as in Scenario."""
    rules = files.pop("rules", {})
    customers = [
        {"customer_id": name, "customer_name": name, "customer_type": "organisation"} for name in ("A", "B")
    ]
    return Scenario(as_of=as_of, files={"customers": customers, **files}, rules=rules).run(upto)
