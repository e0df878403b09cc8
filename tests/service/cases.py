"""Landed cases with the cells that tests rarely care about filled in."""

from typing import Any

from tests.support.warehouse import Result, Scenario

Row = dict[str, Any]
STATES = "select * from intermediate.int_case_states order by case_id"
LEVELS = "select * from intermediate.int_case_service_levels order by case_id"


def case(case_id: str, opened: str, **cells: Any) -> Row:
    """One complaint of customer A, medium and open unless told otherwise; moments are UTC text."""
    row = {
        "case_id": case_id,
        "customer_id": "A",
        "case_type": "complaint",
        "severity": "medium",
        "status": "open",
    }
    return {**row, "opened_at": opened, **cells}


def closed(case_id: str, opened: str, resolved: str, **cells: Any) -> Row:
    """One case that was answered and resolved at the same moment."""
    return case(case_id, opened, **{"status": "closed", "resolved_at": resolved, **cells})


def build(
    *rows: Row, as_of: str = "2026-06-30", upto: Any = "int_case_service_levels", **other: Any
) -> Result:
    """Models of a few cases; `rules` and further entities as in Scenario."""
    rules = other.pop("rules", {})
    customers = [{"customer_id": "A", "customer_name": "A", "customer_type": "organisation"}]
    files = {"customers": customers, "cases": list(rows), **other}
    return Scenario(as_of=as_of, files=files, rules=rules).run(upto)
