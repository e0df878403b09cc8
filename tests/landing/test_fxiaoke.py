"""The wire rules of Fxiaoke: money as text, milliseconds, lists of one, derived keys, a tenant's fields and options."""

import json
from typing import Any

import pytest

from orchestration.landing.nodes import MappingError
from tests.landing.door import Door

# 2026-06-30 23:30 in Shanghai, which is still 15:30 of that day in UTC
EVENING = 1782833400000
# 2026-07-01 00:30 in Shanghai: UTC still has the day before
AFTER_MIDNIGHT = 1782837000000


def _account(**fields: Any) -> dict[str, Any]:
    record = {"_id": "5a9ce894f125ae9bef000001", "name": "上海示例科技有限公司", "owner": ["1000"]}
    state = {"life_status": "normal", "is_deleted": False, "create_time": EVENING}
    return {**record, **state, "last_modified_time": EVENING, **fields}


def _case(**fields: Any) -> dict[str, Any]:
    return {"_id": "c1", "account_id": "a1", "life_status": "normal", "create_time": EVENING, **fields}


def _put(door: Door, name: str, *records: dict[str, Any]) -> None:
    door.put(f"fxiaoke/{name}", "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records))


def test_days_are_days_at_gmt_8_and_moments_are_utc(door: Door) -> None:
    _put(door, "AccountObj.jsonl", _account(), _account(_id="2", create_time=AFTER_MIDNIGHT))
    rows = door.rows(door.land_one(), "created_date, modified_time")
    assert rows == [("2026-06-30", "2026-06-30 15:30:00"), ("2026-07-01", "2026-06-30 15:30:00")]


@pytest.mark.parametrize("written", [1782833400, 0, "2026-06-30", "1.7828334E12", 17828334000000], ids=str)
def test_a_time_that_is_no_milliseconds_is_quarantined(door: Door, written: Any) -> None:
    _put(door, "AccountObj.jsonl", _account(), _account(_id="2", create_time=written))
    assert door.quarantined(door.land_one()) == [(2, "create_time", "bad_date")]


def test_milliseconds_may_be_written_as_text(door: Door) -> None:
    _put(door, "AccountObj.jsonl", _account(create_time=str(EVENING)))
    assert door.rows(door.land_one(), "created_date") == [("2026-06-30",)]


def test_employees_are_lists_of_one(door: Door) -> None:
    _put(
        door, "AccountObj.jsonl", _account(), _account(_id="2", owner=[]), _account(_id="3", owner=["1", "2"])
    )
    load = door.land_one()
    assert door.rows(load, "owner_id") == [("1000",), (None,)]
    assert door.quarantined(load) == [(3, "owner", "nested_value")]


def test_derived_keys_are_left_out_whatever_they_hold(door: Door) -> None:
    derived = {
        "owner__r": {"name": "李雷", "mobile": "13800138000"},
        "owner__l": [{"id": "1000"}],
        "account_type__r": "贸易商",
        "relevant_team": [{"teamMemberEmployee": ["1000"]}],
        "country": "248",
        "country__r": "中国",
    }
    _put(door, "AccountObj.jsonl", _account(**derived))
    load = door.land_one()
    assert load.undeclared_columns == []
    assert door.rows(load, "country") == [("中国",)]
    assert load.vault_path is None
    assert "李雷".encode() not in (door.warehouse / str(load.raw_path)).read_bytes()


def test_absent_keys_are_null_and_money_is_text(door: Door) -> None:
    plan = {"_id": "p1", "account_id": "a1", "plan_payment_amount": "100.01", "plan_payment_time": EVENING}
    _put(
        door,
        "PaymentPlanObj.jsonl",
        plan,
        {**plan, "_id": "p2", "plan_payment_amount": "0.99", "order_id": "o1"},
    )
    load = door.land_one()
    assert door.rows(load, "plan_amount, due_date, order_id, currency, life_status") == [
        ("100.01", "2026-06-30", None, "CNY", None),
        ("0.99", "2026-06-30", "o1", "CNY", None),
    ]
    assert [(s.column, s.currency, s.sum) for s in load.control_sums] == [
        ("plan_amount", "CNY", "101.000000")
    ]


def test_the_currency_of_several_is_the_records_own(door: Door) -> None:
    door.put("mapping.yml", "version: 1\ndefaults: {fxiaoke: {payment_plans: {currency: HKD}}}\n")
    plan = {"_id": "p1", "account_id": "a1", "plan_payment_amount": "1", "plan_payment_time": EVENING}
    _put(
        door,
        "PaymentPlanObj.jsonl",
        plan,
        {**plan, "_id": "p2", "mc_currency": "USD", "mc_exchange_rate": "7.1"},
    )
    load = door.land_one()
    assert door.rows(load, "currency, exchange_rate") == [("HKD", None), ("USD", "7.1")]


def test_an_unknown_life_status_is_quarantined_by_name(door: Door) -> None:
    states = ["normal", "in_change", "under_review", "ineffective", "invalid"]
    known = [_account(_id=state, life_status=state) for state in states]
    _put(door, "AccountObj.jsonl", *known, _account(_id="x", life_status="TJ0kf42xv"))
    load = door.land_one()
    assert load.rows_loaded == len(states)
    assert door.quarantined(load) == [(6, "life_status", "unmapped_value")]


def test_a_field_nobody_named_goes_to_the_vault_and_is_told(door: Door) -> None:
    _put(
        door, "CasesObj.jsonl", _case(field_Ab1cD__c="TJ0kf42xv", field_List1__c=["blue", {"deep": "green"}])
    )
    load = door.land_one()
    assert load.undeclared_columns == ["field_Ab1cD__c", "field_List1__c"]
    assert load.rows_loaded == 1
    assert b"green" not in (door.warehouse / str(load.raw_path)).read_bytes()


def test_fields_and_options_of_a_tenant_are_mapped_in_its_folder(door: Door) -> None:
    door.put(
        "mapping.yml",
        """version: 1
rename: {fxiaoke: {cases: {field_Ab1cD__c: status, field_Sev01__c: severity, field_Done1__c: resolved_at}}}
values:
  fxiaoke:
    cases: {status: {TJ0kf42xv: open, Qz81: closed}, severity: {"1": high}, case_type: {complaint__c: complaint}}
""",
    )
    own = {"field_Sev01__c": "1", "record_type": "complaint__c"}
    _put(
        door,
        "CasesObj.jsonl",
        _case(field_Ab1cD__c="TJ0kf42xv", **own),
        _case(_id="c2", field_Ab1cD__c="Qz81", field_Done1__c=AFTER_MIDNIGHT, **own),
        _case(_id="c3", field_Ab1cD__c="new option", **own),
    )
    load = door.land_one()
    assert door.rows(load, "status, severity, case_type, resolved_at") == [
        ("open", "high", "complaint", None),
        ("closed", "high", "complaint", "2026-06-30 16:30:00"),
        ("new option", "high", "complaint", None),
    ]
    assert load.undeclared_columns == []


def test_an_option_that_says_person_masks_the_name(door: Door) -> None:
    door.put("mapping.yml", "version: 1\nvalues: {fxiaoke: {accounts: {account_type: {Yk2: individual}}}}\n")
    _put(
        door,
        "AccountObj.jsonl",
        _account(account_type="Yk2", name="王小明"),
        _account(_id="2", account_type="A"),
    )
    person, company = door.rows(door.land_one(), "account_name, account_name_key")
    assert person[0] != "王小明"
    assert person[1]
    assert company == ("上海示例科技有限公司", None)


def test_a_record_finds_its_customer_among_related_objects(door: Door) -> None:
    related = [
        {"id": "o9", "describe_api_name": "NewOpportunityObj"},
        {"id": "a7", "describe_api_name": "AccountObj", "name": "甲公司"},
    ]
    record = {"_id": "r1", "life_status": "normal", "create_time": EVENING, "active_record_type": "3"}
    _put(
        door,
        "ActiveRecordObj.jsonl",
        {**record, "related_object_data": related, "active_record_content": "王小明 13800138000"},
        {**record, "_id": "r2", "related_object_data": []},
        {**record, "_id": "r3"},
    )
    load = door.land_one()
    assert door.rows(load, "account_id, opportunity_id, contact_id, activity_type") == [
        ("a7", "o9", None, "3"),
        (None, None, None, "3"),
        (None, None, None, "3"),
    ]
    assert load.undeclared_columns == []


def test_pages_of_an_object_are_files_of_one_delivery(door: Door) -> None:
    _put(door, "AccountObj_0001.jsonl", _account())
    _put(door, "AccountObj_0002.jsonl", _account(_id="2"))
    _put(door, "AccountFinInfoObj.jsonl", {"_id": "f1", "account_id": "2", "tax_id": "91310000MA1FL1234X"})
    delivery = door.land()
    assert delivery.unclaimed_files == []
    assert [(load.entity, load.rows_loaded) for load in delivery.loads] == [
        ("account_finance", 1),
        ("accounts", 1),
        ("accounts", 1),
    ]


def test_both_generations_are_entities_of_their_own(door: Door) -> None:
    names = ["NewOpportunityObj", "OpportunityObj", "SaleContractObj", "ContractObj"]
    names += ["NewCustomerAccountObj", "CustomerAccountObj"]
    for name in names:
        _put(door, f"{name}.jsonl", {"_id": "1", "name": "N", "account_id": "a1"})
    delivery = door.land()
    assert [load.rows_loaded for load in delivery.loads] == [1] * 6
    assert len({load.entity for load in delivery.loads}) == 6


BROKEN = {
    "value": (
        "values:\n  fxiaoke:\n    cases: {status: {a: opne}}\n",
        4,
        "values.fxiaoke.cases.status.a",
        '"open"',
    ),
    "column": (
        "values:\n  fxiaoke:\n    cases: {statsu: {a: open}}\n",
        4,
        "values.fxiaoke.cases.statsu",
        '"status"',
    ),
    "entity": ("values:\n  fxiaoke:\n    case: {status: {a: open}}\n", 4, "values.fxiaoke.case", '"cases"'),
    "system": ("values:\n  fxiaoka: {}\n", 3, "values.fxiaoka", '"fxiaoke"'),
    "own field": (
        "rename:\n  fxiaoke:\n    cases: {f__c: sevrity}\n",
        4,
        "rename.fxiaoke.cases.f__c",
        '"severity"',
    ),
    "default": (
        "defaults:\n  fxiaoke:\n    cases: {status: opne}\n",
        4,
        "defaults.fxiaoke.cases.status",
        '"open"',
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_tenant_mapping_is_told(door: Door, case: str) -> None:
    text, line, key_path, hint = BROKEN[case]
    door.put("mapping.yml", "version: 1\n" + text)
    with pytest.raises(MappingError) as caught:
        door.land()
    assert caught.value.line == line
    assert str(caught.value).startswith(f"mapping.yml, line {line}, {key_path}")
    assert hint in str(caught.value)
