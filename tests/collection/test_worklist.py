"""The collectors' worklist: what is overdue, what of it is asked for, what was done, and who comes first."""

import pytest

from tests.collection.worklist import AS_OF, action, arrears, build, days_ago, dispute, overdue, worklist
from tests.support.records import Row, allocation, credit_note, receipt

PEOPLE = [
    {"contact_id": name, "customer_id": "A", "job_title": title, "is_opted_out": opted_out}
    for name, title, opted_out in [
        ("covered", "accountant", None),
        ("opted-out", "ceo", True),
        ("by-mail-only", "buyer", None),
        ("withdrawn", "ceo", None),
        ("never-asked", "ceo", None),
    ]
]


def consent(consent_id: str, **cells: str) -> Row:
    row = {"consent_id": consent_id, "customer_id": "A", "purpose": "contract", "legal_basis": "consent"}
    return {**row, "given_date": "2026-01-01", **cells}


CONSENTS = [
    consent("1", contact_id="covered", channel="phone"),
    consent("2", contact_id="opted-out"),
    consent("3", contact_id="by-mail-only", channel="email"),
    consent("4", contact_id="withdrawn", withdrawn_date=str(AS_OF)),
]


@pytest.fixture(scope="module")
def rows() -> dict[str, Row | None]:
    """One customer each of what the tests below ask for, in one warehouse."""
    one = [overdue("1", 1000, 10)]
    cases = {
        "small": {"invoices": [overdue("1", 100, 1), overdue("2", 100, 1)]},
        "large": {"invoices": [overdue("1", 20000, 365), overdue("2", 20000, 365)]},
        "not overdue": {"invoices": [overdue("1", 500, 0)]},
        "a cent": {"invoices": [overdue("1", "0.01", 9)]},
        "credit": {
            "invoices": [overdue("1", 900, 40)],
            "credit_notes": [credit_note("c", 5000, days_ago(10))],
        },
        "unapplied": {"invoices": [overdue("1", 900, 40)], "receipts": [receipt("r", 300, days_ago(3))]},
        "currencies": {
            "invoices": [overdue("1", 100, 40, currency="USD", exchange_rate=7), overdue("2", 100, 10)]
        },
        "disputed": {"invoices": [overdue("1", 90000, 200)], "cases": [dispute("1", 90000)]},
        "promised": {
            "invoices": [overdue("1", 50000, 100)],
            "collection_actions": [action("p", "call", 2, 12, invoice_id="1")],
        },
        "in parts": {
            "invoices": [overdue("1", 900, 50), overdue("2", 50, 20), overdue("3", 7, 9)],
            "cases": [dispute("1", 10)],
            "collection_actions": [action("p", "promise", 2, 10, invoice_id="2")],
        },
        "broken": {
            "invoices": [overdue("1", 5000, 60)],
            "collection_actions": [action("p", "call", 20, 5, invoice_id="1")],
        },
        "paid late": {
            "invoices": [overdue("1", 5000, 60), overdue("2", 5000, 40)],
            "collection_actions": [action("p", "call", 20, 5, invoice_id="1")],
            "receipts": [receipt("r", 5000, days_ago(2))],
            "receipt_allocations": [allocation("r", "1", 5000, days_ago(2))],
        },
        "people": {"invoices": one, "contacts": PEOPLE, "consents": CONSENTS},
        "all people": {"invoices": one, "contacts": PEOPLE, "consents": [*CONSENTS, consent("5")]},
    }
    return dict(zip(cases, worklist(*cases.values()), strict=True))


def test_two_small_items_a_day_late_rank_far_below_two_large_ones_a_year_late(rows) -> None:
    small, large = rows["small"], rows["large"]
    assert large["priority_rank"] < small["priority_rank"]
    assert (large["intensity"], small["intensity"]) == ("urgent", "light")
    assert large["overdue_documents"] == small["overdue_documents"] == 2
    assert large["intensity_score"] > 3 * small["intensity_score"]
    assert (large["age_weighted_amount"], small["age_weighted_amount"]) == (400000, 200)
    assert (large["reason_1_code"], large["reason_1_zh"]) == ("CL02", "待催收款项逾期时间长")
    assert (small["collection_step"], large["collection_step"]) == ("reminder", "call")


def test_only_customers_with_money_overdue_are_listed(rows) -> None:
    assert {name for name, row in rows.items() if row is None} == {"not overdue", "a cent"}


def test_places_are_unique_and_what_is_on_hold_comes_last(rows) -> None:
    listed = sorted((row for row in rows.values() if row), key=lambda row: row["priority_rank"])
    assert [row["priority_rank"] for row in listed] == list(range(1, len(listed) + 1))
    assert {row["intensity"] for row in listed[-2:]} == {"hold"}


def test_credit_never_nets_what_is_overdue_and_money_not_applied_is_shown(rows) -> None:
    assert (rows["credit"]["overdue_balance"], rows["credit"]["collectable_balance"]) == (900, 900)
    assert (rows["unapplied"]["overdue_balance"], rows["unapplied"]["unapplied_credits"]) == (900, 300)


def test_amounts_are_in_base_currency_and_weighed_by_age(rows) -> None:
    row = rows["currencies"]
    assert (row["overdue_balance"], row["largest_overdue_item"]) == (800, 700)
    assert row["age_weighted_amount"] == 700 * 2 + 100


def test_all_disputed_is_on_hold_with_the_dispute_as_reason(rows) -> None:
    row = rows["disputed"]
    assert (row["intensity"], row["intensity_score"], row["collection_step"]) == (
        "hold",
        None,
        "settle_dispute",
    )
    assert (row["responsible"], row["reason_1_en"]) == ("customer service", row["step_reason_en"])
    assert (row["disputed_balance"], row["open_disputes"], row["oldest_dpd"]) == (90000, 1, 200)


def test_an_open_promise_is_waited_for_until_the_day_after_its_last(rows) -> None:
    row = rows["promised"]
    assert (row["intensity"], row["collection_step"]) == ("hold", "await_promise")
    assert (row["promised_payment_date"], row["action_due_date"]) == (days_ago(-10), days_ago(-14))


def test_a_broken_promise_is_chased_while_its_money_is_out(rows) -> None:
    assert (rows["broken"]["promise_state"], rows["broken"]["collection_step"]) == ("broken", "chase_promise")
    # paid after all: it counts as broken, and nobody calls about it
    late = rows["paid late"]
    assert (late["promise_state"], late["broken_promises"], late["collection_step"]) == ("broken", 1, "call")


def test_parts_sum_to_what_is_overdue(rows) -> None:
    row = rows["in parts"]
    parts = [row[f"{state}_balance"] for state in ("disputed", "promised", "collectable")]
    assert parts == [900, 50, 7]
    assert sum(parts) == row["overdue_balance"]


@pytest.mark.rules("contact_rules", "activity/call/phone/contract")
def test_only_people_who_may_be_called_count_and_none_is_named(rows) -> None:
    assert (rows["people"]["people_to_call"], rows["people"]["call_roles"]) == (1, "user")
    # a consent of the customer covers all its people who did not opt out
    row = rows["all people"]
    assert (row["people_to_call"], row["call_roles"]) == (4, "decision_maker,influencer,user")
    assert not [value for value in row.values() if any(p["contact_id"] in str(value) for p in PEOPLE)]


def test_the_control_is_the_step_of_the_worklist() -> None:
    result = build(["mart_collections", "mart_controls"], invoices=[overdue("1", 30000, 100)])
    control = result.one("select * from marts.mart_controls where control_type = 'collection_step'")
    row = result.one("select * from marts.mart_collections")
    assert (control["control_rule_id"], control["control_zh"]) == (row["collection_step"], row["action_zh"])
    assert (control["action_owner"], control["action_due_date"]) == (
        row["responsible"],
        row["action_due_date"],
    )
    assert control["measured_value"] == row["intensity_score"]


def test_what_is_disputed_and_what_is_old_without_a_score() -> None:
    closed = {"status": "closed", "resolved_at": f"{days_ago(2)} 09:00:00"}
    disputed, settled, rest = arrears(
        {"invoices": [overdue("1", 9000, 200), overdue("2", 700, 5)], "cases": [dispute("1", 4000)]},
        {"invoices": [overdue("1", 9000, 200)], "cases": [dispute("1", 4000, **closed)]},
        {"invoices": [overdue("old", 20, 700), overdue("new", 3000, 12)]},
    )
    assert (disputed["disputed_balance"], disputed["collectable_balance"]) == (9000, 700)
    assert (disputed["collectable_dpd"], disputed["age_weighted_amount"]) == (5, 700)
    assert (settled["disputed_balance"], settled["collectable_balance"], settled["open_disputes"]) == (
        0,
        9000,
        0,
    )
    # a forgotten rest is no age, yet its day is told
    assert (rest["oldest_due_date"], rest["collectable_dpd"]) == (days_ago(700), 12)


def test_steps_of_an_earlier_delinquency_do_not_count() -> None:
    paid = {
        "receipts": [receipt("r", 800, days_ago(150))],
        "receipt_allocations": [allocation("r", "then", 800, days_ago(150))],
    }
    earlier, farther = arrears(
        {
            "invoices": [overdue("now", 3000, 20), overdue("then", 800, 300)],
            "collection_actions": [
                action("1", "legal_notice", 200, invoice_id="then"),  # paid since
                action("2", "letter", 20),  # the day it fell due: not late yet
                action("3", "reminder", 15),
                action("4", "reminder", -1),  # still to come
            ],
            **paid,
        },
        {
            "invoices": [overdue("1", 3000, 60)],
            "collection_actions": [
                action("1", "letter", 40),
                action("2", "call", 12),
                action("3", "reminder", 12),
            ],
        },
    )
    assert (earlier["previous_step"], earlier["days_since_last_action"]) == ("reminder", 15)
    assert (farther["previous_step"], farther["last_action_type"], farther["last_action_date"]) == (
        "letter",
        "call",
        days_ago(12),
    )
