"""Landed consents, contacts and requests with the cells that tests rarely care about filled in."""

from typing import Any

from tests.support.warehouse import Result, Scenario

Row = dict[str, Any]
COVERAGE = "select record_id, coverage from intermediate.int_contact_coverage order by record_id"
REGISTER = "select * from marts.mart_privacy_register order by register_part, register_subject, entry_state"


def consent(consent_id: str, given: str, purpose: str = "marketing", **cells: Any) -> Row:
    """One consent of customer A's only person, on every channel, without end."""
    row = {"consent_id": consent_id, "customer_id": "A", "contact_id": "p", "legal_basis": "consent"}
    return {**row, "purpose": purpose, "given_date": given, **cells}


def activity(activity_id: str, day: str, kind: str = "call", **cells: Any) -> Row:
    """One outbound call to that person."""
    row = {"activity_id": activity_id, "customer_id": "A", "contact_id": "p", "direction": "outbound"}
    return {**row, "activity_type": kind, "activity_date": day, **cells}


def care(care_id: str, day: str, **cells: Any) -> Row:
    """One greeting by e-mail to that person."""
    row = {
        "care_id": care_id,
        "customer_id": "A",
        "contact_id": "p",
        "care_type": "greeting",
        "channel": "email",
    }
    return {**row, "care_date": day, **cells}


def request(request_id: str, received: str, kind: str = "access", **cells: Any) -> Row:
    """One open request of that person."""
    row = {"request_id": request_id, "customer_id": "A", "contact_id": "p", "request_type": kind}
    return {**row, "received_date": received, **cells}


def build(as_of: str = "2026-06-30", upto: Any = "mart_privacy_register", **files: Any) -> Result:
    """Models of a few records; `rules` as in Scenario."""
    rules = files.pop("rules", {})
    customers = [{"customer_id": "A", "customer_name": "A", "customer_type": "organisation"}]
    return Scenario(as_of=as_of, files={"customers": customers, **files}, rules=rules).run(upto)
