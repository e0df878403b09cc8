"""Rule tables about people and days: the SQL says of every row what the table says, on both sides of every edge."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.rules.rule_tables import in_force
from tests.scoring.bench import AS_OF, ScoringBench
from tests.service.cases import build, closed

STANDARDS = in_force("relationship_standards", AS_OF)


@pytest.fixture(scope="module")
def bench() -> ScoringBench:
    """The models under test on an in-memory warehouse: their inputs are tables that a test writes."""
    return ScoringBench(
        {
            "int_consent_matches",
            "int_customer_care",
            "int_customer_people",
            "int_customer_points",
            "int_customer_protection",
            "int_customer_relationship",
            "int_job_title_roles",
            "mart_privacy_register",
        }
    )


@pytest.mark.rules("contact_rules", "*")
def test_a_consent_reaches_the_channels_and_purposes_of_the_table(bench: ScoringBench) -> None:
    rules = in_force("contact_rules", AS_OF)
    kinds = {(row["record_type"], row["contact_type"]) for row in rules}
    channels = {row["channel"] for row in rules} - {"own"} | {"sms"}
    purposes = {row["purpose"] for row in rules} | {"nothing"}
    contacts, consents, expected = [], [], {}
    for record, kind in sorted(kinds):
        for purpose in sorted(purposes):
            for channel in sorted(channels):
                key = f"{record}|{kind}|{purpose}|{channel}"
                # a contact on this channel, where the kind of contact has none of its own
                used = channel if record == "care" else None
                contacts.append(
                    {
                        "record_type": record,
                        "record_id": key,
                        "customer_key": key,
                        "contact_type": kind,
                        "contact_date": AS_OF,
                        "channel": used,
                    }
                )
                for allowed in (channel, "post"):
                    consents.append(
                        {
                            "consent_id": f"{key}|{allowed}",
                            "customer_key": key,
                            "purpose": purpose,
                            "channel": allowed,
                            "given_date": AS_OF - timedelta(1),
                        }
                    )
                    expected[f"{key}|{allowed}"] = any(
                        (row["record_type"], row["contact_type"], row["purpose"]) == (record, kind, purpose)
                        and (row["channel"] == allowed or (row["channel"] == "own" and used == allowed))
                        for row in rules
                    )
    bench.run("intermediate.int_consent_matches", int_consent_contacts=contacts, int_consents=consents)
    rows = bench.rows("select consent_id, is_in_scope from intermediate.int_consent_matches")
    assert {row["consent_id"]: row["is_in_scope"] for row in rows} == expected
    assert {True, False} == set(expected.values())


@pytest.mark.rules("job_title_roles", "*")
def test_a_title_has_the_strongest_role_of_its_words(bench: ScoringBench) -> None:
    rules = in_force("job_title_roles", AS_OF)
    titles = {
        title
        for row in rules
        for title in (row["keyword"], f"q{row['keyword']}q", f"Q, {row['keyword'].upper()}")
    }

    def role(title: str) -> str | None:
        words = f" {title.lower().replace(',', ' ')} "
        found = [
            (int(row["role_rank"]), row["contact_role"])
            for row in rules
            if (f" {row['keyword']} " if row["match_kind"] == "word" else row["keyword"]) in words
        ]
        return min(found)[1] if found else None

    bench.run(
        "intermediate.int_job_title_roles",
        int_contacts=[{"contact_id": title, "job_title": title} for title in sorted(titles)],
    )
    found = {
        row["job_title"]: row["contact_role"] for row in bench.rows("from intermediate.int_job_title_roles")
    }
    assert found == {title: role(title) for title in titles if role(title)}
    assert all(found[row["keyword"]] for row in rules)


@pytest.mark.rules("loyalty_plans", "*")
def test_points_of_the_table_are_spent_or_not(bench: ScoringBench) -> None:
    plans = in_force("loyalty_plans", AS_OF)
    entries = [
        {"customer_key": plan["plan"], "plan": name, "last_points_date": AS_OF}
        for plan in plans
        for name in (plan["plan"], "another")
    ]
    bench.run("intermediate.int_customer_points", int_plan_entries=entries)
    found = {
        (row["customer_key"], row["plan"]): row for row in bench.rows("from intermediate.int_customer_points")
    }
    for plan in plans:
        own, other = found[plan["plan"], plan["plan"]], found[plan["plan"], "another"]
        assert own["is_spendable"] == (plan["is_spendable"] == "true")
        assert other["is_spendable"]
        assert own["is_main_plan"] <= own["is_spendable"]


@pytest.mark.rules("protection_findings", "*")
def test_a_finding_weighs_and_says_what_to_do(bench: ScoringBench) -> None:
    rules = {row["finding"]: row for row in in_force("protection_findings", AS_OF)}
    findings = [{"customer_key": name, "finding": name} for name in rules for _ in range(2)]
    entries = [
        {
            "privacy_entry_key": name,
            "customer_key": name,
            "register_part": "finding",
            "register_subject": name,
        }
        for name in rules
    ]
    bench.run(
        "marts.mart_privacy_register",
        int_customers=[{"customer_key": name} for name in rules],
        int_protection_findings=findings,
        int_customer_nda=[{"customer_key": name} for name in rules],
        int_privacy_entries=entries,
    )
    loads = {row["customer_key"]: row for row in bench.rows("from intermediate.int_customer_protection")}
    shown = {row["customer_key"]: row for row in bench.rows("from marts.mart_privacy_register")}
    for name, rule in rules.items():
        assert loads[name]["finding_load"] == 2 * float(rule["finding_weight"]), name
        texts = ("finding_severity", "label_zh", "action_en", "action_zh")
        assert [shown[name][text] for text in texts] == [rule[text] for text in texts]


@pytest.mark.rules("relationship_standards", "*")
def test_what_a_value_tier_is_promised_is_measured_against(bench: ScoringBench) -> None:
    met, late = {}, {}
    for rule in STANDARDS:
        touched = int(rule["contact_touched_days"])
        met[f"{rule['value_tier']} met"] = (rule, touched)
        late[f"{rule['value_tier']} late"] = (rule, touched + 1)
    customers = {**met, **late}
    days = {key: int(rule["contact_every_days"]) + (key in late) for key, (rule, _) in customers.items()}
    bench.run(
        "intermediate.int_customer_relationship",
        int_customers=[{"customer_key": key, "is_in_crm": True} for key in customers],
        int_customer_values=[
            {"customer_key": key, "value_tier": rule["value_tier"]} for key, (rule, _) in customers.items()
        ],
        int_customer_engagement=[
            {
                "customer_key": key,
                "days_since_last_activity": days[key],
                "last_activity_date": AS_OF - timedelta(days[key]),
            }
            for key in customers
        ],
        int_contact_touches=[
            {
                "customer_key": key,
                "contact_id": f"{key} {person}",
                "job_title": "ceo",
                "last_activity_date": AS_OF - timedelta(age),
            }
            for key, (rule, age) in customers.items()
            for person in range(int(rule["contacts_wanted"]))
        ],
        int_job_title_roles=[{"job_title": "ceo", "contact_role": "decision_maker"}],
        int_customer_care_consents=[{"customer_key": key, "care_consents": 1} for key in customers],
        int_care_permissions=[
            {
                "customer_key": key,
                "care_date": AS_OF - timedelta(int(rule["care_every_days"])),
                "is_permitted": True,
            }
            for key, (rule, _) in customers.items()
        ],
    )
    found = {row["customer_key"]: row for row in bench.rows("from intermediate.int_customer_relationship")}
    care = {row["customer_key"]: row for row in bench.rows("from intermediate.int_customer_care")}
    for key, (rule, _) in customers.items():
        row, wants = found[key], rule["decision_maker_wanted"] == "true"
        assert row["contact_coverage"] == (key in met), key
        assert row["decision_maker_gap"] == ((0.5 if key in late else 0) if wants else None), key
        assert (row["follow_up_gap"] > 1) == (key in late), key
        assert row["follow_up_due_date"] == AS_OF - timedelta(key in late), key
        assert (care[key]["care_gap"], care[key]["next_care_date"]) == (1, AS_OF), key


@pytest.mark.rules("working_hours", "*")
@pytest.mark.rules("calendar_days", "*")
@pytest.mark.rules("working_calendars", "*")
def test_every_day_is_worked_as_the_tables_say() -> None:
    hours: dict[tuple[str, int], int] = {}
    for row in in_force("working_hours", AS_OF):
        shift = [int(row[end][:2]) * 3600 + int(row[end][3:]) * 60 for end in ("opens_at", "closes_at")]
        key = (row["calendar"], int(row["weekday"]))
        hours[key] = hours.get(key, 0) + shift[1] - shift[0]
    special = {
        (row["calendar"], row["calendar_date"]): row["works_as_weekday"]
        for row in in_force("calendar_days", AS_OF)
    }
    long_case = closed("1", "2019-12-30 00:00:00", "2026-06-30 01:00:00")
    result = build(long_case, as_of="2026-12-31", upto="int_working_days")
    rows = result.rows("select calendar, calendar_date, working_seconds from intermediate.int_working_days")
    found: dict[tuple[str, date], Any] = {
        (row["calendar"], row["calendar_date"]): row["working_seconds"] for row in rows
    }
    assert {calendar for calendar, _ in found} == {
        row["calendar"] for row in in_force("working_calendars", AS_OF)
    }
    for (calendar, day), seconds in found.items():
        weekday = special.get((calendar, str(day)), str(day.isoweekday()))
        assert seconds == (hours.get((calendar, int(weekday)), 0) if weekday else 0), (calendar, day)
    assert {day for _, day in special} <= {str(day) for _, day in found}
