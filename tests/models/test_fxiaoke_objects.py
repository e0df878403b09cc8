"""Fxiaoke beside its receivables: both generations, options of a tenant, identities, service, activities and points."""

from typing import Any

import pytest

from tests.support.warehouse import Result, Scenario

Row = dict[str, Any]
ACCOUNT = {"account_id": "a1", "account_name": "甲公司", "account_type": "organisation"}
FINDINGS = "select entity, column_name, reason_code, severity from intermediate.int_row_findings order by all"


def _run(upto: Any, **sources: Any) -> Result:
    fxiaoke = {"accounts": [ACCOUNT], **sources.pop("fxiaoke", {})}
    return Scenario(fxiaoke=fxiaoke, **sources).run(upto)


def _opportunities(**entities: Any) -> list[tuple[str, str]]:
    result = _run("int_opportunities", fxiaoke=entities)
    rows = result.rows("select opportunity_id, stage from intermediate.int_opportunities order by 1")
    return [(row["opportunity_id"].removeprefix("fxiaoke:"), row["stage"]) for row in rows]


def _deal(opportunity_id: str, name: str, stage: str, **cells: Any) -> Row:
    return {
        "opportunity_id": opportunity_id,
        "opportunity_name": name,
        "account_id": "a1",
        "stage": stage,
        **cells,
    }


def test_both_generations_count_and_no_record_twice() -> None:
    new = [_deal("n1", "续约", "open"), _deal("x", "same id", "won")]
    old = [
        _deal("o1", "续约", "lost"),
        _deal("x", "renamed", "open"),
        _deal("o2", "首单", "赢单"),
        _deal("o3", "n", "无效"),
    ]
    assert _opportunities(new_opportunities=new, opportunities=old) == [
        ("n1", "open"),
        ("o2", "won"),
        ("x", "won"),
    ]


def test_the_same_name_at_another_customer_or_without_one_is_another_deal() -> None:
    old = [_deal("o1", "续约", "lost", account_id="a2"), _deal("o2", "续约", "lost", account_id=None)]
    counted = _opportunities(new_opportunities=[_deal("n1", "续约", "open")], opportunities=old)
    assert [opportunity for opportunity, _ in counted] == ["n1", "o1", "o2"]


def test_a_new_record_that_does_not_count_hides_no_old_one() -> None:
    new = [_deal("n1", "续约", "open", life_status="invalid")]
    assert _opportunities(new_opportunities=new, opportunities=[_deal("o1", "续约", "won")]) == [
        ("o1", "won")
    ]


def test_contracts_of_both_generations_by_their_number() -> None:
    contract = {"account_id": "a1", "contract_type": "sale", "status": "active", "currency": "CNY"}
    result = _run(
        "int_contracts",
        fxiaoke={
            "sale_contracts": [{**contract, "contract_id": "s1", "contract_number": "HT-1", "amount": "10"}],
            "contracts": [
                {**contract, "contract_id": "c1", "contract_number": "HT-1", "amount": "9"},
                {**contract, "contract_id": "c2", "contract_number": "HT-2", "amount": "8", "status": "Xy9"},
                {
                    **contract,
                    "contract_id": "c3",
                    "contract_number": "HT-3",
                    "amount": "7",
                    "end_date": "2026-12-31",
                },
            ],
        },
    )
    rows = result.rows("select contract_number, amount, end_date from intermediate.int_contracts order by 1")
    assert [(row["contract_number"], int(row["amount"])) for row in rows] == [("HT-1", 10), ("HT-3", 7)]


def test_the_newer_quota_counts_and_the_old_one_only_without_it() -> None:
    def quota(account: str, amount: Any, **cells: Any) -> Row:
        identifier = f"{account}-{amount}"
        return {
            "customer_account_id": identifier,
            "account_id": account,
            "credit_quota": amount,
            "currency": "CNY",
            **cells,
        }

    result = _run(
        "int_credit_terms",
        fxiaoke={
            "new_customer_accounts": [quota("a1", "500"), quota("a1", "700"), quota("a2", None)],
            "customer_accounts": [quota("a1", "9000"), quota("a2", "80"), quota("a3", "1", currency="USD")],
        },
        rules={"exchange_rates": [{"currency": "USD", "rate_date": "2020-01-01", "rate_to_base": "7.1"}]},
    )
    rows = result.rows(
        "select source_customer_id, credit_limit, terms_origin from intermediate.int_credit_terms order by 1"
    )
    assert [(row["source_customer_id"], float(row["credit_limit"])) for row in rows] == [
        ("a1", 700),
        ("a2", 80),
        ("a3", 7.1),
    ]
    assert {row["terms_origin"] for row in rows} == {"crm"}


def test_an_option_nobody_mapped_is_a_finding_by_field_and_counts_nowhere() -> None:
    case = {
        "account_id": "a1",
        "opened_at": "2026-06-01 08:00:00",
        "case_type": "complaint",
        "currency": "CNY",
    }
    result = _run(
        ["int_cases", "int_row_findings"],
        fxiaoke={
            "cases": [
                {**case, "case_id": "1", "status": "open"},
                {**case, "case_id": "2", "status": "TJ0kf42xv"},
                {**case, "case_id": "3", "status": "closed", "severity": "9"},
                {**case, "case_id": "4", "status": "open", "case_type": "default__c"},
            ],
            "active_records": [
                {"activity_id": "r", "account_id": "a1", "activity_type": "7", "activity_date": "2026-06-01"}
            ],
        },
    )
    rows = result.rows("select case_id, status, severity from intermediate.int_cases order by 1")
    assert rows == [
        {"case_id": "fxiaoke:1", "status": "open", "severity": None},
        {"case_id": "fxiaoke:3", "status": "closed", "severity": None},
    ]
    found = [tuple(row.values()) for row in result.rows(FINDINGS)]
    assert found == [
        ("active_records", "activity_type", "unmapped_value", "warning"),
        ("cases", "case_type", "unmapped_value", "warning"),
        ("cases", "severity", "unmapped_value", "warning"),
        ("cases", "status", "unmapped_value", "warning"),
    ]


def test_options_may_be_mapped_in_the_rule_table_as_well() -> None:
    case = {
        "case_id": "1",
        "account_id": "a1",
        "opened_at": "2026-06-01 08:00:00",
        "status": "TJ0kf42xv ",
        "case_type": "Dc",
    }
    mapped = [("status", "tj0kf42xv", "closed"), ("case_type", "Dc", "dispute")]
    rules = [
        {"source": "fxiaoke", "entity": "cases", "column_name": c, "source_value": v, "canonical_value": m}
        for c, v, m in mapped
    ]
    result = _run("int_cases", fxiaoke={"cases": [case]}, rules={"value_mappings": rules})
    assert result.one("select status, case_type from intermediate.int_cases") == {
        "status": "closed",
        "case_type": "dispute",
    }


def test_a_field_nobody_named_is_told_once_a_file() -> None:
    case = {"account_id": "a1", "opened_at": "2026-06-01 08:00:00", "case_type": "service"}
    answer = {"account_id": "a1", "survey_date": "2026-06-01", "method": "online", "metric": "csat"}
    result = _run(
        "int_row_findings",
        fxiaoke={
            "cases": [{**case, "case_id": "1"}, {**case, "case_id": "2"}],
            "appraisals": [{**answer, "answer_id": "1", "score": "5"}, {**answer, "answer_id": "2"}],
        },
    )
    assert [tuple(row.values()) for row in result.rows(FINDINGS)] == [
        ("cases", "status", "unmapped_field", "warning")
    ]


def test_tax_id_and_finance_id_join_a_customer_to_the_books() -> None:
    accounts = [{**ACCOUNT, "account_id": n, **cells} for n, cells in (
        ("1", {}), ("2", {"erp_account_id": "B2"}), ("3", {"tax_id_key": "own"}), ("4", {}), ("5", {}),
    )]  # fmt: skip
    titles = [
        ("1", "k1", "true"),
        ("1", "k1", "true"),
        ("3", "other", "true"),
        ("4", "k4", "true"),
        ("4", "k5", "true"),
        ("5", "k6", "false"),
    ]
    result = _run(
        ["int_customer_identities", "int_row_findings"],
        fxiaoke={
            "accounts": accounts,
            "account_finance": [
                {"finance_id": str(n), "account_id": a, "tax_id_key": k, "tax_id_is_valid": v}
                for n, (a, k, v) in enumerate(titles)
            ],
        },
        zoho_books={
            "contacts": [
                {"contact_id": f"B{n}", "display_name": "x", "contact_type": "customer", "tax_id_key": key}
                for n, key in ((1, "k1"), (2, None), (3, "own"), (4, "k4"), (6, "k6"))
            ]
        },
    )
    rows = result.rows(
        "select source_customer_id, customer_id, match_method from intermediate.int_customer_identities"
        " where source_system = 'zoho_books' order by 1"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("B1", "fxiaoke:1", "tax_id"),
        ("B2", "fxiaoke:2", "external_id"),
        ("B3", "fxiaoke:3", "tax_id"),
        ("B4", "zoho_books:B4", "unmatched"),
        ("B6", "zoho_books:B6", "unmatched"),
    ]
    reasons = result.rows("select distinct reason_code from intermediate.int_row_findings order by 1")
    assert "several_tax_ids" in [row["reason_code"] for row in reasons]


def test_a_record_takes_the_customer_of_what_it_is_about() -> None:
    record = {"activity_type": "visit", "activity_date": "2026-06-01"}
    answer = {"survey_date": "2026-06-02", "method": "online", "metric": "csat", "score": "4"}
    result = _run(
        ["int_activities", "int_survey_answers"],
        fxiaoke={
            "new_opportunities": [_deal("n1", "x", "open")],
            "active_records": [
                {**record, "activity_id": "1", "opportunity_id": "n1"},
                {**record, "activity_id": "2"},
            ],
            "cases": [{"case_id": "c1", "account_id": "a1", "opened_at": "2026-06-01 08:00:00"}],
            "appraisals": [{**answer, "answer_id": "1", "case_id": "c1"}],
        },
    )
    known = "select count(customer_key) from intermediate."
    assert result.value(f"{known}int_activities") == 1
    assert result.value("select count(*) from intermediate.int_activities") == 2
    assert result.one(
        "select customer_key is not null as known, score from intermediate.int_survey_answers"
    ) == {
        "known": True,
        "score": 4,
    }


def test_growth_is_no_points() -> None:
    entry = {"member_id": "m1", "entry_date": "2026-06-01", "entry_type": "earned", "points": "10"}
    result = _run(
        "int_loyalty_entries",
        fxiaoke={
            "contacts": [{"contact_id": "p1", "account_id": "a1"}],
            "members": [{"member_id": "m1", "contact_id": "p1", "plan": "points", "plan_tier": "gold"}],
            "member_points": [{**entry, "entry_id": "1"}, {**entry, "entry_id": "2", "points": None}],
            "member_growth": [{**entry, "entry_id": "1"}, {**entry, "entry_id": "3", "member_id": "nobody"}],
        },
    )
    rows = result.rows(
        "select entry_id, plan, plan_tier, customer_key is not null as known"
        " from intermediate.int_loyalty_entries order by entry_id"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("fxiaoke:1", "points", "gold", True),
        ("fxiaoke:growth:1", "growth_value", "gold", True),
    ]


def test_orders_say_what_of_them_is_claimed() -> None:
    order = {
        "account_id": "a1",
        "order_date": "2026-06-01",
        "currency": "CNY",
        "status": "open",
        "amount": "100",
    }
    result = _run(
        "int_orders",
        fxiaoke={
            "sales_orders": [
                {**order, "order_id": "planned"},
                {**order, "order_id": "unplanned"},
                {**order, "order_id": "unmapped", "status": "6"},
                {**order, "order_id": "worthless", "amount": None},
            ],
            "payment_plans": [
                {
                    "plan_id": "p",
                    "account_id": "a1",
                    "order_id": "planned",
                    "plan_amount": "60",
                    "due_date": "2026-07-01",
                    "currency": "CNY",
                }
            ],
        },
    )
    rows = result.rows("select order_id, amount, invoiced_amount from intermediate.int_orders order by 1")
    assert [(row["order_id"], int(row["invoiced_amount"])) for row in rows] == [
        ("fxiaoke:planned", 60),
        ("fxiaoke:unplanned", 100),
    ]


@pytest.mark.parametrize(("stated", "findings"), [("10.00", 0), ("10.01", 1), (None, 0)])
def test_products_that_do_not_add_up_are_a_finding(stated: str | None, findings: int) -> None:
    order = {
        "order_id": "o",
        "account_id": "a1",
        "order_date": "2026-06-01",
        "currency": "CNY",
        "amount": "9",
        "product_amount": stated,
    }
    lines = [{"order_product_id": str(n), "order_id": "o", "subtotal": "5"} for n in (1, 2)]
    result = _run("int_row_findings", fxiaoke={"sales_orders": [order], "sales_order_products": lines})
    sql = "select count(*) from intermediate.int_row_findings where reason_code = 'amount_mismatch'"
    assert result.value(sql) == findings
