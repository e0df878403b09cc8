"""Is each contact covered by a consent on its day, and if not, why? Person, purpose, channel and dates."""

from typing import Any

import pytest

from tests.privacy.records import COVERAGE, activity, build, care, consent

DAY = "2026-06-10"


def _coverage(**files: Any) -> list[str]:
    return [row["coverage"] for row in build(upto="int_contact_coverage", **files).rows(COVERAGE)]


@pytest.mark.parametrize(
    ("cells", "coverage"),
    [
        ({"given": "2026-06-10"}, "covered"),
        ({"given": "2026-06-11"}, "contact_without_record"),  # asked a day too late
        ({"given": "2026-01-01", "withdrawn_date": "2026-06-11"}, "covered"),
        ({"given": "2026-01-01", "withdrawn_date": "2026-06-10"}, "contact_after_withdrawal"),
        ({"given": "2026-01-01", "expiry_date": "2026-06-11"}, "covered"),
        ({"given": "2026-01-01", "expiry_date": "2026-06-10"}, "contact_after_expiry"),
        (
            {"given": "2026-01-01", "withdrawn_date": "2026-06-01", "expiry_date": "2026-05-01"},
            "contact_after_withdrawal",
        ),
        ({"given": "2026-01-01", "channel": "phone"}, "covered"),
        ({"given": "2026-01-01", "channel": "email"}, "contact_out_of_scope"),
        ({"given": "2026-01-01", "purpose": "contract", "legal_basis": "contract"}, "covered"),
        ({"given": "2026-01-01", "purpose": "survey"}, "contact_out_of_scope"),
        ({"given": "2026-01-01", "contact_id": None}, "covered"),  # the customer's people
        ({"given": "2026-01-01", "contact_id": "q"}, "contact_without_consent"),  # somebody else
    ],
)
def test_a_call_needs_a_consent_that_holds_on_its_day(cells: dict[str, Any], coverage: str) -> None:
    assert _coverage(consents=[consent("c", **cells)], activities=[activity("1", DAY)]) == [coverage]


def test_one_covering_consent_is_enough() -> None:
    gone = consent("c", "2026-01-01", withdrawn_date="2026-02-01")
    assert _coverage(consents=[gone, consent("d", "2026-05-01")], activities=[activity("1", DAY)]) == [
        "covered"
    ]


def test_what_asks_for_no_consent_is_not_judged() -> None:
    quiet = [
        activity("1", DAY, direction="inbound"),
        activity("2", DAY, is_completed=False),
        activity("3", DAY, "task"),
        activity("4", DAY, "other"),
        activity("5", DAY, customer_id=None, contact_id=None),
    ]
    assert _coverage(activities=quiet) == []
    assert _coverage(activities=[activity("1", DAY, direction=None)]) == ["contact_without_record"]


def test_care_needs_a_consent_to_care_on_its_channel() -> None:
    contacts = [care("1", DAY), care("2", DAY, channel="phone"), care("3", DAY, channel=None)]
    service = consent("c", "2026-01-01", "service")
    assert _coverage(consents=[service], care_contacts=contacts) == ["contact_out_of_scope"] * 3
    mail = consent("c", "2026-01-01", "care", channel="email")
    assert _coverage(consents=[mail], care_contacts=contacts) == [
        "covered",
        "contact_out_of_scope",
        "covered",
    ]


def test_a_survey_is_one_contact_however_many_questions() -> None:
    answers = [
        {"answer_id": f"a{number}", "survey_id": "s", "customer_id": "A", "contact_id": "p", "survey_date": DAY,
         "method": "online", "metric": metric, "score": score}
        for number, (metric, score) in enumerate([("nps", 9), ("csat", None)])
    ]  # fmt: skip
    allowed = consent("c", "2026-01-01", "survey", channel="survey")
    assert _coverage(consents=[allowed], survey_answers=answers) == ["covered"]
    assert _coverage(consents=[consent("c", "2026-01-01")], survey_answers=answers) == [
        "contact_out_of_scope"
    ]
