"""The privacy register as of a date: consents, confidentiality, requests and their deadlines, findings."""

from typing import Any

import pytest

from tests.contracts.records import contract
from tests.privacy.records import REGISTER, activity, build, consent, request

FACTORS = "select factor_id, raw_value, evidence from intermediate.int_protection_factor_inputs order by 1"


def _entries(part: str, **files: Any) -> list[dict[str, Any]]:
    rows = build(**files).rows(REGISTER)
    return [row for row in rows if row["register_part"] == part]


@pytest.mark.parametrize(
    ("received", "due", "closed", "state", "days_left"),
    [
        ("2026-06-01", "2026-07-08", None, "open", 8),
        ("2026-06-01", "2026-07-07", None, "due_soon", 7),
        ("2026-06-01", "2026-06-30", None, "due_soon", 0),
        ("2026-06-01", "2026-06-29", None, "overdue", -1),
        ("2026-06-01", "2026-06-29", "2026-06-29", "answered", -1),
        ("2026-06-01", "2026-06-29", "2026-06-30", "answered_late", -1),
        ("2026-06-01", "2026-06-29", "2026-07-01", "overdue", -1),  # answered after as_of
        ("2026-06-01", None, None, "due_soon", 1),  # thirty days for access
    ],
)
def test_a_request_keeps_its_deadline_or_not(
    received: str, due: str | None, closed: str | None, state: str, days_left: int
) -> None:
    (entry,) = _entries(
        "subject_request", subject_requests=[request("1", received, due_date=due, closed_date=closed)]
    )
    assert (entry["entry_state"], entry["days_left"]) == (state, days_left)
    assert (entry["standard"] is None) == (due is not None)


def test_the_strictest_standard_counts() -> None:
    (entry,) = _entries("subject_request", subject_requests=[request("1", "2026-06-20", "erasure")])
    assert (str(entry["due_date"]), entry["standard"]) == ("2026-07-05", "PIPL practice")
    (entry,) = _entries("subject_request", subject_requests=[request("1", "2026-06-20", "restriction")])
    assert str(entry["due_date"]) == "2026-07-20"


def test_consents_are_counted_by_purpose_and_state() -> None:
    entries = _entries(
        "consent",
        consents=[
            consent("1", "2026-01-01"),
            consent("2", "2026-02-01", contact_id="q"),
            consent("3", "2026-01-01", contact_id="r", withdrawn_date="2026-06-30"),
            consent("4", "2026-01-01", contact_id="s", withdrawn_date="2026-07-01", expiry_date="2026-07-30"),
            consent("5", "2026-01-01", contact_id="t", expiry_date="2026-07-31"),
            consent("6", "2026-07-01", contact_id="u"),
        ],
    )
    assert {(e["entry_state"], e["records"], e["people"]) for e in entries} == {
        ("active", 3, 3),
        ("withdrawn", 1, 1),
        ("expiring", 1, 1),
    }
    assert {e["consent_scope"] for e in entries} == {"consent/every channel"}


@pytest.mark.parametrize(
    ("contracts", "state", "finding"),
    [
        ([contract("1", has_confidentiality=False)], "none", "nda_missing"),
        ([contract("1", has_confidentiality=True)], "clause", None),
        ([contract("1")], "unknown", None),
        ([contract("1"), contract("2", contract_type="nda")], "nda", None),
        (
            [contract("1"), contract("2", contract_type="nda", end_date="2026-06-29")],
            "expired",
            "nda_expired",
        ),
        ([contract("2", contract_type="nda", end_date="2026-06-29")], "expired", None),  # nothing runs on
    ],
)
def test_confidentiality_of_what_runs(contracts: list, state: str, finding: str | None) -> None:
    rows = build(contracts=contracts).rows(REGISTER)
    assert [row["entry_state"] for row in rows if row["register_part"] == "nda"] == [state]
    assert [row["register_subject"] for row in rows if row["register_part"] == "finding"] == [finding] * bool(
        finding
    )


def test_findings_say_how_often_and_what_to_do() -> None:
    entries = _entries(
        "finding",
        consents=[consent("1", "2026-01-01", withdrawn_date="2026-06-01")],
        activities=[
            activity("1", "2026-05-31"),  # covered
            activity("2", "2026-06-01"),
            activity("3", "2026-06-30"),
            activity("4", "2026-07-01"),  # after as_of
        ],
    )
    (found,) = entries
    assert (found["register_subject"], found["finding_severity"], found["records"]) == (
        "contact_after_withdrawal",
        "critical",
        2,
    )
    assert [str(found["first_record_date"]), str(found["last_record_date"])] == ["2026-06-01", "2026-06-30"]
    assert found["action_en"]
    assert found["action_zh"]


@pytest.mark.parametrize(("as_of", "findings"), [("2027-06-09", 1), ("2027-06-10", 0)])
def test_contacts_are_forgotten_after_the_lookback(as_of: str, findings: int) -> None:
    files = {"consents": [consent("1", "2026-01-01", "survey")], "activities": [activity("1", "2026-06-10")]}
    assert len(_entries("finding", as_of=as_of, **files)) == findings


def _factors(**files: Any) -> dict[str, float]:
    rows = build(upto="int_protection_factor_inputs", **files).rows(FACTORS)
    return {row["factor_id"]: row["raw_value"] for row in rows}


def test_a_missing_register_is_listed_and_not_scored() -> None:
    calls = [activity("1", "2026-06-01")]
    assert _factors(activities=calls) == {}
    (found,) = _entries("finding", activities=calls)
    assert found["register_subject"] == "contact_without_record"


def test_factors_follow_the_register() -> None:
    found = _factors(
        consents=[
            consent("1", "2026-01-01"),
            consent("2", "2026-01-01", contact_id="q", withdrawn_date="2026-02-01"),
        ],
        activities=[activity("1", "2026-06-01"), activity("2", "2026-06-01", contact_id="q")],
        subject_requests=[request("1", "2026-05-01", due_date="2026-06-20"), request("2", "2026-06-29")],
    )
    assert found == {
        "uncovered_share": 0.5,
        "lapsed_share": 0.5,
        "request_delay": 10,
        "finding_load": 8,  # contact after withdrawal 4, request overdue 4
    }


def test_no_record_no_factor() -> None:
    assert _factors() == {}
    assert _factors(contracts=[contract("1")]) == {}  # nobody looked for the clause
    assert _factors(contracts=[contract("1", has_confidentiality=True)]) == {"finding_load": 0}


def test_the_register_names_no_person() -> None:
    result = build(consents=[consent("1", "2026-01-01")], subject_requests=[request("1", "2026-06-01")])
    columns = {row["column_name"] for row in result.rows("describe marts.mart_privacy_register")}
    assert not {name for name in columns if "contact" in name or name in {"request_id", "consent_id"}}
