"""Receivables from payment plans to the cent, and records that do not count."""

import datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.support.warehouse import Result, Scenario

ACCOUNT = {"account_id": "a1", "account_name": "甲公司", "life_status": "normal", "is_deleted": "false"}
Row = dict[str, Any]
_day = datetime.date.fromisoformat


def _plan(plan_id: str, amount: Any, due: str, **cells: Any) -> Row:
    row = {"plan_id": plan_id, "plan_number": f"P-{plan_id}", "account_id": "a1", "currency": "CNY"}
    return {**row, "plan_amount": amount, "due_date": due, "created_date": "2026-01-05", **cells}


def _order(order_id: str, amount: Any, day: str, **cells: Any) -> Row:
    row = {"order_id": order_id, "order_number": f"O-{order_id}", "account_id": "a1", "currency": "CNY"}
    return {**row, "amount": amount, "order_date": day, **cells}


def _payment(payment_id: str, amount: Any, day: str, **cells: Any) -> Row:
    row = {"payment_id": payment_id, "account_id": "a1", "currency": "CNY"}
    return {**row, "payment_amount": amount, "payment_date": day, **cells}


def _part(part_id: str, payment_id: str, amount: Any, **cells: Any) -> Row:
    row = {"order_payment_id": part_id, "payment_id": payment_id, "currency": "CNY"}
    return {**row, "allocated_amount": amount, **cells}


def _returned(return_id: str, amount: Any, day: str, **cells: Any) -> Row:
    row = {"return_id": return_id, "account_id": "a1", "currency": "CNY"}
    return {**row, "returned_amount": amount, "return_date": day, **cells}


def _run(upto: Any, as_of: str = "2026-06-30", **entities: Any) -> Result:
    return Scenario(as_of=as_of, fxiaoke={"accounts": [ACCOUNT], **entities}).run(upto)


def _balances(as_of: str = "2026-06-30", **entities: Any) -> dict[str, Decimal]:
    result = _run("int_document_balances", as_of, **entities)
    rows = result.rows("select document_id, balance from intermediate.int_document_balances")
    return {row["document_id"].removeprefix("fxiaoke:"): row["balance"] for row in rows}


def test_a_plan_is_owed_from_its_orders_day_and_overdue_from_its_own() -> None:
    result = _run(
        "int_document_balances",
        sales_orders=[_order("o1", "300.30", "2026-02-01")],
        payment_plans=[
            _plan("p1", "100.10", "2026-05-01", order_id="o1"),
            _plan("p2", "200.20", "2026-07-31", order_id="o1"),
        ],
    )
    assert result.rows(
        "select document_id, issue_date, due_date, balance, dpd, is_late"
        " from intermediate.int_document_balances order by document_id"
    ) == [
        {"document_id": "fxiaoke:p1", "issue_date": _day("2026-02-01"), "due_date": _day("2026-05-01"),
         "balance": Decimal("100.10"), "dpd": 60, "is_late": True},
        {"document_id": "fxiaoke:p2", "issue_date": _day("2026-02-01"), "due_date": _day("2026-07-31"),
         "balance": Decimal("200.20"), "dpd": -31, "is_late": False},
    ]  # fmt: skip


def test_a_plan_due_before_its_order_is_owed_from_its_due_date() -> None:
    result = _run(
        "int_invoices",
        sales_orders=[_order("o1", "9", "2026-02-01")],
        payment_plans=[_plan("p1", "9", "2026-01-20", order_id="o1")],
    )
    assert str(result.value("select issue_date from intermediate.int_invoices")) == "2026-01-20"


def test_parts_go_to_the_plan_they_name_and_the_rest_to_the_earliest_due() -> None:
    entities = {
        "sales_orders": [_order("o1", "300", "2026-02-01")],
        "payment_plans": [_plan(f"p{n}", "100", f"2026-0{n + 2}-01", order_id="o1") for n in (1, 2, 3)],
        "payments": [_payment("m1", "150.55", "2026-03-10"), _payment("m2", "120", "2026-04-10")],
        "order_payments": [
            _part("x1", "m1", "50.25", order_id="o1", plan_id="p3"),
            _part("x2", "m1", "100.30", order_id="o1"),
            _part("x3", "m2", "119.99", order_id="o1"),
        ],
    }
    # p1 100.00 of x2; p2 0.30 of x2 and 99.70 of x3; p3 50.25 by name and the last 20.29 of x3
    assert _balances(**entities) == {"p1": 0, "p2": 0, "p3": Decimal("29.46")}
    assert _balances("2026-04-09", **entities) == {"p1": 0, "p2": Decimal("99.70"), "p3": Decimal("49.75")}
    assert _balances("2026-03-09", **entities) == {"p1": 100, "p2": 100, "p3": 100}


def test_what_an_order_is_overpaid_stays_an_unapplied_receipt() -> None:
    result = _run(
        ["int_document_balances", "int_customer_receivables"],
        sales_orders=[_order("o1", "100", "2026-02-01")],
        payment_plans=[_plan("p1", "100", "2026-03-01", order_id="o1")],
        payments=[_payment("m1", "130", "2026-03-10")],
        order_payments=[_part("x1", "m1", "130", order_id="o1")],
    )
    assert result.value("select balance from intermediate.int_document_balances") == 0
    assert result.value("select unapplied_credits from intermediate.int_customer_receivables") == 30


def test_a_payment_without_parts_is_for_the_order_it_names() -> None:
    entities = {"payment_plans": [_plan("p1", "100", "2026-03-01", order_id="o1")]}
    assert _balances(**entities, payments=[_payment("m1", "40", "2026-03-10", order_id="o1")]) == {"p1": 60}
    assert _balances(**entities, payments=[_payment("m1", "40", "2026-03-10")]) == {"p1": 100}


def test_an_order_without_a_plan_stands_at_its_own_receivable_amount() -> None:
    entities = {
        "sales_orders": [_order("o1", "1000", "2026-02-01", receivable_amount="350.50")],
        "payments": [_payment("m1", "600", "2026-03-10")],
        "order_payments": [_part("x1", "m1", "600", order_id="o1")],
        "returned_goods": [_returned("r1", "49.50", "2026-04-01", order_id="o1")],
    }
    assert _balances(**entities) == {"order:o1": Decimal("350.50"), "return:r1:fxiaoke:order:o1": 0}
    assert _balances("2026-03-31", **entities) == {"order:o1": 400}
    assert _balances("2026-03-09", **entities) == {"order:o1": 1000}


def test_an_order_without_a_plan_falls_due_by_the_customers_terms_and_is_flagged() -> None:
    entities = {"sales_orders": [_order("o1", "10", "2026-02-01")]}
    sql = "select due_date, is_due_date_defaulted from intermediate.int_invoices"
    assert _run("int_invoices", **entities).one(sql) == {
        "due_date": _day("2026-02-01"),
        "is_due_date_defaulted": True,
    }
    terms = [
        {
            "customer_account_id": "c",
            "account_id": "a1",
            "credit_quota": "5",
            "terms_days": "30",
            "currency": "CNY",
        }
    ]
    result = _run("int_invoices", **entities, customer_accounts=terms)
    assert result.one(sql) == {"due_date": _day("2026-03-03"), "is_due_date_defaulted": True}


def test_an_order_with_a_plan_is_claimed_by_its_plans_only() -> None:
    balances = _balances(
        sales_orders=[
            _order("o1", "1000", "2026-02-01", receivable_amount="1000"),
            _order("o2", "7", "2026-02-01"),
        ],
        payment_plans=[_plan("p1", "400", "2026-05-01", order_id="o1")],
    )
    assert balances == {"p1": 400, "order:o2": 7}


def test_an_order_of_unknown_amount_is_worth_its_products() -> None:
    lines = [
        {"order_product_id": n, "order_id": "o1", "subtotal": amount}
        for n, amount in (("1", "5.50"), ("2", "4.60"))
    ]
    assert _balances(sales_orders=[_order("o1", None, "2026-02-01")], sales_order_products=lines) == {
        "order:o1": Decimal("10.10")
    }


@pytest.mark.parametrize("status", ["void", "draft"])
def test_a_cancelled_order_is_no_claim_and_neither_are_its_plans(status: str) -> None:
    balances = _balances(
        sales_orders=[
            _order("o1", "5", "2026-02-01", status=status),
            _order("o2", "6", "2026-02-01", status=status),
        ],
        payment_plans=[_plan("p1", "5", "2026-05-01", order_id="o1")],
    )
    assert balances == {}


def test_returned_goods_are_credits_and_refunds_are_money_paid_back() -> None:
    entities = {
        "payment_plans": [_plan("p1", "100", "2026-03-01", order_id="o1")],
        "payments": [_payment("m1", "100", "2026-03-10", order_id="o1")],
        "returned_goods": [_returned("r1", "30", "2026-04-01", order_id="o1")],
    }
    refund = {
        "refund_id": "f1",
        "account_id": "a1",
        "order_id": "o1",
        "refunded_amount": "30",
        "currency": "CNY",
    }
    wanted = "select unapplied_credits, exposure, overdue_balance from intermediate.int_customer_receivables"
    before = _run("int_customer_receivables", **entities).one(wanted)
    after = _run(
        "int_customer_receivables", **entities, refunds=[{**refund, "created_date": "2026-04-02"}]
    ).one(wanted)
    assert before == {"unapplied_credits": 30, "exposure": -30, "overdue_balance": 0}
    assert after == {"unapplied_credits": 0, "exposure": 0, "overdue_balance": 0}


def test_a_return_lowers_what_is_open_and_the_rest_of_it_is_a_credit() -> None:
    balances = _balances(
        payment_plans=[_plan("p1", "20", "2026-03-01", order_id="o1")],
        returned_goods=[
            _returned("r1", "30", "2026-04-01", order_id="o1"),
            _returned("r2", "1", "2026-04-01"),
        ],
    )
    assert balances == {"p1": 0, "return:r1:fxiaoke:p1": 0, "return:r1": -10, "return:r2": -1}


def test_a_part_of_a_payment_in_another_currency_settles_only_the_plan_it_names() -> None:
    plans = [_plan("p1", "700", "2026-03-01", order_id="o1"), _plan("p2", "700", "2026-04-01", order_id="o1")]
    money = [_payment("m1", "200", "2026-03-10", currency="USD", exchange_rate="7")]
    named = [_part("x1", "m1", "100", order_id="o1", plan_id="p1"), _part("x2", "m1", "100", order_id="o1")]
    assert _balances(payment_plans=plans, payments=money, order_payments=named) == {"p1": 0, "p2": 700}


NOT_COUNTED = [
    {"life_status": "under_review"}, {"life_status": "ineffective"}, {"life_status": "invalid"},
    {"life_status": "normal", "is_deleted": "true"},
]  # fmt: skip


@pytest.mark.parametrize("state", NOT_COUNTED, ids=str)
def test_only_records_that_hold_count(state: Row) -> None:
    plan = _plan("p1", "100", "2026-03-01", order_id="o1", life_status="in_change", is_deleted="false")
    part = {**_part("x1", "m1", "60", order_id="o1", plan_id="p1")}
    money = _payment("m1", "60", "2026-03-10")
    assert _balances(payment_plans=[plan], payments=[money], order_payments=[part]) == {"p1": 40}
    assert _balances(payment_plans=[{**plan, **state}], payments=[money], order_payments=[part]) == {}
    assert _balances(payment_plans=[plan], payments=[{**money, **state}], order_payments=[part]) == {
        "p1": 100
    }
    assert _balances(payment_plans=[plan], payments=[money], order_payments=[{**part, **state}]) == {
        "p1": 100
    }


def test_a_record_deleted_later_no_longer_counts() -> None:
    first = _plan(
        "p1",
        "100",
        "2026-03-01",
        is_deleted="false",
        modified_time="2026-03-01 10:00:00",
        _file="PaymentPlanObj_1.jsonl",
    )
    later = {
        **first,
        "is_deleted": "true",
        "modified_time": "2026-03-02 10:00:00",
        "_file": "PaymentPlanObj_0.jsonl",
    }
    assert _balances(payment_plans=[first, later]) == {}


def test_what_does_not_count_is_told_with_its_worth() -> None:
    result = _run(
        "mart_record_states",
        payment_plans=[
            _plan("p1", "100", "2026-03-01", life_status="normal"),
            _plan("p2", "50.50", "2026-03-01", life_status="under_review"),
            _plan("p3", "49.50", "2026-03-01", life_status="under_review"),
            _plan("p4", "7", "2026-03-01", life_status="under_review", currency="USD"),
            _plan("p5", "1", "2026-03-01", life_status="normal", is_deleted="true"),
        ],
    )
    rows = result.rows(
        "select record_state, is_counted, currency, records, amount from marts.mart_record_states"
        " where source_object = 'PaymentPlanObj' order by record_state, currency"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("deleted", False, "CNY", 1, 1),
        ("normal", True, "CNY", 1, 100),
        ("under_review", False, "CNY", 2, 100),
        ("under_review", False, "USD", 1, 7),
    ]


def _refund(refund_id: str, amount: Any, day: str, **cells: Any) -> Row:
    row = {"refund_id": refund_id, "account_id": "a1", "currency": "CNY"}
    return {**row, "refunded_amount": amount, "refund_date": day, **cells}


def test_a_refund_pays_out_the_credit_of_its_day_and_the_rest_is_goodwill() -> None:
    result = _run(
        ["int_fxiaoke_refunds", "int_customer_receivables", "int_row_findings"],
        payments=[_payment("m1", "30", "2026-02-01"), _payment("m2", "40.50", "2026-04-01")],
        refunds=[
            _refund("f0", "5", "2026-01-31"),
            _refund("f1", "50", "2026-03-01"),
            _refund("f2", "10", "2026-05-01"),
            _refund("f3", "31", "2026-05-02"),
        ],
    )
    rows = result.rows("select receipt_id, covered_amount from intermediate.int_fxiaoke_refunds order by 1")
    assert [row["covered_amount"] for row in rows] == [0, 30, 10, Decimal("30.50")]
    assert result.value("select unapplied_credits from intermediate.int_customer_receivables") == 0
    found = result.rows(
        "select entity, reason_code, record_line from intermediate.int_row_findings order by record_line"
    )
    assert [row["record_line"] for row in found] == [2, 3, 5]
    assert {(row["entity"], row["reason_code"]) for row in found} == {("refunds", "refund_without_credit")}


def test_a_payment_below_zero_is_a_refund() -> None:
    result = _run(
        "int_customer_receivables",
        payment_plans=[_plan("p1", "100", "2026-03-01", order_id="o1")],
        payments=[
            _payment("m1", "130", "2026-03-10", order_id="o1"),
            _payment("m2", "-30", "2026-03-11", order_id="o1"),
        ],
    )
    wanted = "select open_balance, unapplied_credits, exposure from intermediate.int_customer_receivables"
    assert result.one(wanted) == {"open_balance": 0, "unapplied_credits": 0, "exposure": 0}


def test_parts_are_netted_and_no_more_is_parted_than_was_paid() -> None:
    entities = {
        "payment_plans": [
            _plan("p1", "100", "2026-03-01", order_id="o1"),
            _plan("p2", "100", "2026-03-01", order_id="o2"),
        ],
        "payments": [_payment("m1", "100", "2026-03-10")],
    }
    corrected = [
        _part("1", "m1", "100", order_id="o1"),
        _part("2", "m1", "-60", order_id="o1"),
        _part("3", "m1", "60", order_id="o2"),
    ]
    assert _balances(**entities, order_payments=corrected) == {"p1": 60, "p2": 40}
    doubled = [_part("1", "m1", "80", order_id="o1"), _part("2", "m1", "80", order_id="o2")]
    assert _balances(**entities, order_payments=doubled) == {"p1": 20, "p2": 80}
    result = _run(["int_row_findings", "int_customer_receivables"], **entities, order_payments=doubled)
    assert result.one("select entity, reason_code from intermediate.int_row_findings") == {
        "entity": "payments",
        "reason_code": "amount_mismatch",
    }
    assert result.value("select unapplied_credits from intermediate.int_customer_receivables") == 0
