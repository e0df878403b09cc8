"""Who may be contacted, for what and on what basis: given, withdrawn, expired, wrong purpose, missing."""

from typing import Any

import pytest

from tests.privacy.records import REGISTER, build, consent, request
from tests.support.warehouse import Result

PERMITTED = "select purpose, channel from marts.mart_permitted_contacts order by 1, 2"
EVERYWHERE = {"email", "message", "phone", "survey", "visit"}


def contact(contact_id: str = "p", **cells: Any) -> dict[str, Any]:
    """Customer A's only person."""
    return {"contact_id": contact_id, "customer_id": "A", "contact_name_masked": "张***", **cells}


def _build(as_of: str = "2026-06-30", **files: Any) -> Result:
    files = {"contacts": [contact()], **files}
    return build(as_of, ["mart_permitted_contacts", "mart_privacy_register"], **files)


def _permitted(as_of: str = "2026-06-30", **files: Any) -> set[tuple[str, str]]:
    return {(row["purpose"], row["channel"]) for row in _build(as_of, **files).rows(PERMITTED)}


def _missing(**files: Any) -> list[int]:
    rows = _build(**files).rows(REGISTER)
    return [row["records"] for row in rows if row["register_subject"] == "consent_missing"]


@pytest.mark.parametrize(
    ("cells", "channels"),
    [
        ({"given": "2026-06-30", "channel": "phone"}, {"phone"}),
        ({"given": "2026-07-01", "channel": "phone"}, set()),  # tomorrow
        ({"given": "2026-01-01"}, EVERYWHERE),
        ({"given": "2026-01-01", "contact_id": None}, EVERYWHERE),  # the customer's people
        ({"given": "2026-01-01", "contact_id": "q"}, set()),  # somebody else
        ({"given": "2026-01-01", "withdrawn_date": "2026-07-01"}, EVERYWHERE),
        ({"given": "2026-01-01", "withdrawn_date": "2026-06-30"}, set()),
        ({"given": "2026-01-01", "expiry_date": "2026-07-01"}, EVERYWHERE),
        ({"given": "2026-01-01", "expiry_date": "2026-06-30"}, set()),
    ],
)
def test_only_a_consent_in_force_permits(cells: dict[str, Any], channels: set[str]) -> None:
    assert {channel for _, channel in _permitted(consents=[consent("c", **cells)])} == channels


def test_a_consent_permits_its_purpose_alone() -> None:
    allowed = _permitted(consents=[consent("c", "2026-01-01", "survey", channel="email")])
    assert allowed == {("survey", "email")}


def test_withdrawal_takes_effect_in_the_next_run() -> None:
    consents = [consent("c", "2026-01-01", channel="phone", withdrawn_date="2026-06-30")]
    assert _permitted("2026-06-29", consents=consents) == {("marketing", "phone")}
    assert _permitted("2026-06-30", consents=consents) == set()


def test_the_basis_that_lasts_longest_is_named() -> None:
    consents = [
        consent("c", "2026-01-01", channel="phone", expiry_date="2026-12-31"),
        consent("d", "2025-01-01", channel="phone", legal_basis="contract"),
    ]
    row = _build(consents=consents).one("select * from marts.mart_permitted_contacts")
    assert (row["legal_basis"], row["days_left"], row["contact_id"]) == ("contract", None, "files:p")


def test_who_opted_out_is_not_contacted_at_all() -> None:
    files = {"contacts": [contact(is_opted_out="true")], "consents": [consent("c", "2026-01-01")]}
    assert _permitted(**files) == set()


@pytest.mark.rules("contact_stops", "erasure", "restriction", "objection", "withdrawal")
@pytest.mark.parametrize("kind", ["erasure", "restriction", "objection", "withdrawal"])
def test_a_request_stops_contact_until_a_new_basis_is_given(kind: str) -> None:
    asked = [request("1", "2026-05-01", kind, closed_date="2026-05-10")]
    old = consent("c", "2026-01-01", channel="phone")
    assert _permitted(consents=[old], subject_requests=asked) == set()
    assert _permitted("2026-04-30", consents=[old], subject_requests=asked) == {("marketing", "phone")}
    new = consent("d", "2026-05-02", channel="phone")
    assert _permitted(consents=[old, new], subject_requests=asked) == {("marketing", "phone")}


def test_other_requests_stop_nothing() -> None:
    asked = [request("1", "2026-05-01", "access")]
    consents = [consent("c", "2026-01-01", channel="phone")]
    assert _permitted(consents=consents, subject_requests=asked) == {("marketing", "phone")}


@pytest.mark.rules("protection_findings", "consent_missing")
def test_a_missing_consent_is_a_finding() -> None:
    assert _missing() == [1]
    assert _missing(contacts=[contact(), contact("q")]) == [2]
    assert _missing(consents=[consent("c", "2026-01-01")]) == []
    assert _missing(consents=[consent("c", "2026-01-01", contact_id="q")]) == [1]


def test_a_no_is_no_gap() -> None:
    gone = consent("c", "2026-01-01", withdrawn_date="2026-02-01")
    assert _missing(consents=[gone]) == []
    assert _missing(contacts=[contact(is_opted_out="true")]) == []
    assert _missing(subject_requests=[request("1", "2026-05-01", "restriction")]) == []
    assert _missing(contacts=[contact(created_date="2026-07-01")]) == []


def test_permitted_contacts_carry_no_clear_value() -> None:
    result = _build(consents=[consent("c", "2026-01-01")])
    columns = {row["column_name"] for row in result.rows("describe marts.mart_permitted_contacts")}
    assert not {
        name for name in columns if any(part in name for part in ("name", "mail", "mobile", "masked"))
    }
