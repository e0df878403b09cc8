"""Promises to pay: kept, broken or open, what they cover, and whose word is waited for."""

import pytest

from tests.collection.worklist import action, arrears, build, days_ago, overdue
from tests.support.records import allocation, receipt, write_off


def paid(invoice_id: str, amount: float | str, age: int) -> dict:
    """Landed rows of one payment of an invoice so many days ago."""
    return {
        "receipts": [receipt(f"r{invoice_id}", amount, days_ago(age))],
        "receipt_allocations": [allocation(f"r{invoice_id}", invoice_id, amount, days_ago(age))],
    }


def promised(*, age: int = 10, within: int = 5, due: int = 40, amount: float = 1000, **cells: object) -> dict:
    """Landed rows of an invoice and a promise to pay it, made so many days ago."""
    steps = [action("p", "call", age, within, invoice_id="1", **cells)]
    return {"invoices": [overdue("1", amount, due), overdue("rest", 200, 1)], "collection_actions": steps}


@pytest.mark.rules("model_parameters", "promise_grace_days", "tolerance_amount")
def test_a_promise_is_kept_by_payment_until_its_last_day() -> None:
    cases = {
        (10, 1000): "kept",  # on the day itself
        (5, 1000): "kept",
        (2, 1000): "kept",  # the last day of grace
        (1, 1000): "broken",
        (5, 400): "broken",
        (5, "999.99"): "kept",  # a cent is nothing
        (5, "999.98"): "broken",
    }
    rows = arrears(*({**promised(), **paid("1", amount, age)} for age, amount in cases))
    assert [row["promise_state"] for row in rows] == list(cases.values())


def test_a_promise_is_open_until_its_last_day_has_passed() -> None:
    broken, open_ = arrears(promised(within=6), promised(within=7))
    assert (broken["promise_state"], broken["broken_promises"], broken["promised_balance"]) == (
        "broken",
        1,
        0,
    )
    assert (open_["promise_state"], open_["broken_promises"], open_["promised_balance"]) == ("open", 0, 1000)


def test_part_of_an_invoice_may_be_promised() -> None:
    cases = ({**promised(amount=1000), **paid("1", amount, 6)} for amount in (400, 399))
    cases = [
        {**case, "collection_actions": [{**case["collection_actions"][0], "amount": 400}]} for case in cases
    ]
    rows = arrears(*cases)
    assert [(row["promise_state"], row["promised_amount_base"]) for row in rows] == [
        ("kept", 400),
        ("broken", 400),
    ]


def test_a_promise_without_an_invoice_is_about_the_oldest_that_was_overdue_then() -> None:
    invoices = [
        overdue("1", 100, 40),
        overdue("2", 200, 30),
        overdue("3", 400, 20, currency="USD", exchange_rate=7),
        overdue("4", 800, 3),  # not due on the day of the promise
    ]
    covers = {None: 100 + 200 + 7 * 400, 100: 100, 101: 300, 5000: 300}
    rows = arrears(
        *(
            {
                "invoices": invoices,
                "collection_actions": [
                    action("p", "promise", 10, 20, amount=amount, currency="CNY" if amount else None)
                ],
            }
            for amount in covers
        )
    )
    assert [row["promised_balance"] for row in rows] == list(covers.values())


def test_what_was_given_up_was_not_paid_and_nothing_owed_is_no_promise() -> None:
    given_up, paid_before = arrears(
        {**promised(), "write_offs": [write_off("w", 1000, days_ago(7), invoice_id="1")]},
        {**promised(), **paid("1", 1000, 20)},
    )
    assert (given_up["promise_state"], paid_before["promise_state"]) == ("broken", None)


@pytest.mark.rules("model_parameters", "promise_max_days", "promise_trust_limit", "promise_lookback_days")
def test_whose_promise_is_waited_for() -> None:
    def broken(*ages: int) -> dict:
        case = promised(age=2, within=12, due=600)
        before = [action(f"b{age}", "call", age, 5, invoice_id="1") for age in ages]
        return {**case, "collection_actions": [*before, *case["collection_actions"]]}

    # the promise of so many days ago could be kept until five days and the grace of three later
    cases = {
        "a month": (promised(age=2, within=30), (0, 1000)),
        "longer": (promised(age=2, within=31), (0, 0)),
        "broken once": (broken(60), (1, 1000)),
        "broken twice": (broken(60, 90), (2, 0)),
        "within a year": (broken(60, 364 + 8), (2, 0)),
        "a year ago": (broken(60, 365 + 8), (1, 1000)),
    }
    rows = arrears(*(case for case, _ in cases.values()))
    found = {
        name: (row["broken_promises"], row["promised_balance"]) for name, row in zip(cases, rows, strict=True)
    }
    assert found == {name: expected for name, (_, expected) in cases.items()}
    assert {row["promise_state"] for row in rows} == {"open"}


def test_promises_broken_on_one_day_are_one() -> None:
    steps = [action(name, "call", 30, 5, invoice_id=name) for name in ("1", "2")]
    [row] = arrears({"invoices": [overdue("1", 10, 60), overdue("2", 10, 60)], "collection_actions": steps})
    assert row["broken_promises"] == 1


def test_an_action_finds_its_invoice_by_number_and_says_when_it_does_not() -> None:
    result = build(
        ["int_collection_actions", "int_row_findings"],
        customers="AB",
        invoices=[
            overdue("1", 50, 90, invoice_number="R-7"),
            overdue("2", 50, 90, invoice_number="R-7", customer_id="B"),
        ],
        collection_actions=[
            action("id", "call", 10, invoice_id="1"),
            action("number", "call", 10, invoice_id="R-7"),
            action("none", "call", 10),
            action("unknown", "call", 10, invoice_id="R-8"),
        ],
    )
    rows = result.rows("select action_id, document_id from intermediate.int_collection_actions")
    assert {row["action_id"]: row["document_id"] for row in rows} == {
        "files:id": "files:1",
        "files:number": "files:1",
        "files:none": None,
        "files:unknown": None,
    }
    found = result.rows(
        "select reason_code, record_line from intermediate.int_row_findings where entity = 'collection_actions'"
    )
    assert found == [{"reason_code": "orphan_collection_action", "record_line": 5}]
