"""Groups of customers: one top each, whatever the depth, across systems, and no ring loops or loses anybody."""

from decimal import Decimal
from typing import Any

import pytest

from tests.support.records import invoice
from tests.support.warehouse import Result, Scenario


def _build(parents: dict[str, str | None], **more: Any) -> Result:
    customers = [{"customer_id": who, "parent_customer_id": parent} for who, parent in parents.items()]
    return Scenario(files={"customers": customers}, **more).run(["int_customer_groups", "int_row_findings"])


def _groups(result: Result) -> dict[str, str]:
    rows = result.rows(
        "select members.source_customer_id as member, tops.source_customer_id as top"
        " from intermediate.int_customer_groups as groups"
        " join intermediate.int_customer_members as members on groups.customer_key = members.customer_key"
        " join intermediate.int_customer_members as tops on groups.group_key = tops.customer_key"
    )
    return {row["member"]: row["top"] for row in rows}


def _findings(result: Result) -> list[tuple[str, int]]:
    rows = result.rows(
        "select reason_code, record_line from intermediate.int_row_findings order by reason_code, record_line"
    )
    return [(row["reason_code"], row["record_line"]) for row in rows]


def test_the_ultimate_parent_names_the_group() -> None:
    result = _build({"top": None, "mid": "top", "low": "mid", "other": "top", "alone": None})
    assert _groups(result) == {"top": "top", "mid": "top", "low": "top", "other": "top", "alone": "alone"}
    levels = result.rows(
        "select levels_below_top, count(*) as customers from intermediate.int_customer_groups group by 1 order by 1"
    )
    assert [(row["levels_below_top"], row["customers"]) for row in levels] == [(0, 2), (1, 2), (2, 1)]
    assert _findings(result) == []


@pytest.mark.parametrize("depth", [1, 2, 16, 31, 32])
def test_a_chain_of_up_to_32_levels_reaches_its_top(depth: int) -> None:
    chain = {f"c{level:02}": f"c{level - 1:02}" if level else None for level in range(depth + 1)}
    result = _build(chain)
    assert set(_groups(result).values()) == {"c00"}
    assert result.value("select max(levels_below_top) from intermediate.int_customer_groups") == depth
    assert _findings(result) == []


def test_a_deeper_chain_is_told() -> None:
    chain = {f"c{level:02}": f"c{level - 1:02}" if level else None for level in range(34)}
    result = _build(chain)
    assert len(_groups(result)) == 34
    assert _findings(result) == [("hierarchy_ring", 35)]


def test_a_ring_is_one_group_with_all_that_hangs_on_it() -> None:
    result = _build({"a": "b", "b": "c", "c": "a", "tail": "b", "end": "tail", "apart": None})
    groups = _groups(result)
    assert len({groups[who] for who in ("a", "b", "c", "tail", "end")}) == 1
    assert groups["a"] in {"a", "b", "c"}
    assert groups["apart"] == "apart"
    assert _findings(result) == [("hierarchy_ring", line) for line in (2, 3, 4, 5, 6)]


def test_a_customer_that_is_its_own_parent_stands_alone() -> None:
    result = _build({"a": "a", "b": "a"})
    assert _groups(result) == {"a": "a", "b": "a"}
    assert _findings(result) == []


def test_an_unknown_parent_is_no_parent() -> None:
    assert _groups(_build({"a": "ghost"})) == {"a": "a"}


def test_a_group_reaches_across_systems() -> None:
    accounts = [
        {"account_id": "1", "account_name": "Top"},
        {"account_id": "2", "account_name": "Daughter", "parent_account_id": "1"},
    ]
    erpnext = [
        {"customer": "CUST-9", "customer_name": "Granddaughter", "parent_customer": "CUST-2"},
        {"customer": "CUST-2", "customer_name": "Daughter", "crm_account_id": "2"},
    ]
    result = Scenario(zoho_crm={"accounts": accounts}, erpnext={"customers": erpnext}).run(
        "int_customer_groups"
    )
    assert _groups(result) == {"1": "1", "2": "1", "CUST-2": "1", "CUST-9": "1"}


def test_groups_add_up_and_nothing_counts_twice() -> None:
    customers = [
        {"customer_id": "top", "customer_name": "Top"},
        {"customer_id": "low", "parent_customer_id": "top"},
        {"customer_id": "alone"},
    ]
    files = {
        "customers": customers,
        "invoices": [
            invoice("1", 100, "2026-05-01", customer_id="top"),
            invoice("2", "50.25", "2026-05-01", customer_id="low"),
            invoice("3", 7, "2026-05-01", customer_id="alone"),
        ],
        "credit_terms": [{"customer_id": "low", "credit_limit": "300.50", "valid_from": "2026-01-01"}],
    }
    result = Scenario(files=files).run("mart_group_exposure")
    rows = result.rows(
        "select group_customer_id, group_members, group_exposure, largest_member_exposure, group_headroom,"
        " group_utilisation from marts.mart_group_exposure order by group_exposure"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("files:alone", 1, 7, 7, None, None),
        ("files:top", 2, Decimal("150.25"), 100, Decimal("150.25"), 0.5),
    ]
