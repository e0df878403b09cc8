"""One identity per customer across sources; doubtful ones stay apart; no customer and no money is lost."""

from typing import Any

from tests.support.records import invoice, receipt
from tests.support.warehouse import Result, Scenario

KEYS = ["int_identity_exceptions", "int_customers", "int_customer_receivables", "int_row_findings"]


def _build(**sources: Any) -> Result:
    return Scenario(**sources).run(KEYS)


def _groups(result: Result) -> dict[str, str]:
    rows = result.rows(
        "select source_system || ':' || source_customer_id as member, customer_id"
        " from intermediate.int_customer_identities"
    )
    return {row["member"]: row["customer_id"] for row in rows}


def _exceptions(result: Result) -> list[tuple[str, str]]:
    rows = result.rows(
        "select source_system || ':' || source_customer_id as member, reason_code"
        " from intermediate.int_identity_exceptions order by all"
    )
    return [(row["member"], row["reason_code"]) for row in rows]


def _account(account_id: str, **cells: Any) -> dict[str, Any]:
    return {"account_id": account_id, "account_name": f"Account {account_id}", **cells}


def _contact(contact_id: str, **cells: Any) -> dict[str, Any]:
    return {
        "contact_id": contact_id,
        "company_name": f"Books {contact_id}",
        "contact_type": "customer",
        **cells,
    }


def _mapped(system: str, customer_id: str, target_system: str, target_id: str) -> dict[str, str]:
    return {
        "source_system": system,
        "source_customer_id": customer_id,
        "target_system": target_system,
        "target_customer_id": target_id,
    }


def test_three_systems_become_one_customer_anchored_in_the_crm() -> None:
    result = _build(
        zoho_crm={"accounts": [_account("1", tax_id_key="t", industry=None, rating="A")]},
        zoho_books={"contacts": [_contact("2", tax_id_key="t")]},
        files={"customers": [{"customer_id": "3", "external_id": "2", "industry": "Steel", "rating": "B"}]},
    )
    assert set(_groups(result).values()) == {"zoho_crm:1"}
    customer = result.one("select * from intermediate.int_customers")
    assert (customer["customer_name"], customer["industry"], customer["rating"]) == (
        "Account 1",
        "Steel",
        "A",
    )
    assert customer["source_systems"] == "files,zoho_books,zoho_crm"
    assert (customer["is_in_crm"], customer["is_in_finance"], customer["is_placeholder"]) == (
        True,
        True,
        False,
    )
    methods = result.rows("select match_method from intermediate.int_customer_identities order by 1")
    assert [row["match_method"] for row in methods] == ["anchor", "external_id", "tax_id"]


def test_a_shared_tax_id_stays_apart_and_is_listed_until_the_key_map_decides() -> None:
    sources = {
        "zoho_crm": {"accounts": [_account("1", tax_id_key="t"), _account("2", tax_id_key="t")]},
        "zoho_books": {"contacts": [_contact("9", tax_id_key="t")]},
    }
    apart = _build(**sources)
    assert len(set(_groups(apart).values())) == 3
    members = ["zoho_books:9", "zoho_crm:1", "zoho_crm:2"]
    assert _exceptions(apart) == [(member, "ambiguous_identity") for member in members]
    key_map = [_mapped("zoho_books", "9", "zoho_crm", "2")]
    decided = _build(**sources, rules={"customer_key_map": key_map})
    assert _groups(decided)["zoho_books:9"] == "zoho_crm:2"
    assert _exceptions(decided) == [("zoho_crm:1", "ambiguous_identity")]


def test_the_key_map_wins_over_the_tax_id_and_the_tax_id_over_the_external_id() -> None:
    accounts = [_account("1", tax_id_key="t"), _account("2"), _account("3")]
    contact = _contact("9", tax_id_key="t", crm_account_id="2")
    sources = {"zoho_crm": {"accounts": accounts}, "zoho_books": {"contacts": [contact]}}
    assert _groups(_build(**sources))["zoho_books:9"] == "zoho_crm:1"
    key_map = [_mapped("zoho_books", "9", "zoho_crm", "3")]
    assert _groups(_build(**sources, rules={"customer_key_map": key_map}))["zoho_books:9"] == "zoho_crm:3"


def test_two_contacts_that_point_to_one_account_stay_apart() -> None:
    contacts = [_contact("8", crm_account_id="1"), _contact("9", crm_account_id="1")]
    result = _build(zoho_crm={"accounts": [_account("1")]}, zoho_books={"contacts": contacts})
    assert len(set(_groups(result).values())) == 3
    assert {member for member, _ in _exceptions(result)} == {"zoho_books:8", "zoho_books:9", "zoho_crm:1"}


def test_links_that_would_join_two_accounts_of_one_system_are_undone() -> None:
    result = _build(
        zoho_crm={"accounts": [_account("1", tax_id_key="t"), _account("2", tax_id_key="u")]},
        zoho_books={"contacts": [_contact("9", tax_id_key="t")]},
        files={"customers": [{"customer_id": "5", "tax_id_key": "u", "external_id": "9"}]},
    )
    assert len(set(_groups(result).values())) == 4
    assert {reason for _, reason in _exceptions(result)} == {"conflicting_match"}


def test_duplicates_inside_one_system_merge_only_by_the_key_map() -> None:
    key_map = [
        _mapped("zoho_crm", "2", "zoho_crm", "1"),
        _mapped("zoho_crm", "1", "files", "gone"),
    ]
    result = _build(
        zoho_crm={"accounts": [_account("1"), _account("2")]}, rules={"customer_key_map": key_map[:1]}
    )
    assert set(_groups(result).values()) == {"zoho_crm:1"}
    lost = _build(zoho_crm={"accounts": [_account("1")]}, rules={"customer_key_map": key_map[1:]})
    assert _exceptions(lost) == [("zoho_crm:1", "unknown_target")]


def test_documents_of_an_unknown_customer_make_one_and_keep_the_money() -> None:
    result = _build(
        files={
            "customers": [{"customer_id": "B", "customer_name": "Beta"}],
            "invoices": [invoice("1", 100, "2026-06-01"), invoice("2", 5, "2026-06-01", customer_id="B")],
            "receipts": [receipt("r", 30, "2026-06-02", customer_id="C")],
        }
    )
    customers = result.rows("select customer_id, is_placeholder from intermediate.int_customers order by 1")
    assert customers == [
        {"customer_id": "files:A", "is_placeholder": True},
        {"customer_id": "files:B", "is_placeholder": False},
        {"customer_id": "files:C", "is_placeholder": True},
    ]
    assert result.value("select sum(exposure) from intermediate.int_customer_receivables") == 100 + 5 - 30
    findings = result.rows(
        "select entity, reason_code, record_line from intermediate.int_row_findings order by 1"
    )
    assert [(row["entity"], row["reason_code"], row["record_line"]) for row in findings] == [
        ("invoices", "orphan_customer", 2),
        ("receipts", "orphan_customer", 2),
    ]


def test_parents_and_last_activity_are_known_as_of_the_day() -> None:
    accounts = [
        _account("1", last_activity_time="2026-07-01 08:00:00"),
        _account("2", parent_account_id="1", last_activity_time="2026-06-30 23:00:00"),
    ]
    result = _build(zoho_crm={"accounts": accounts})
    rows = result.rows(
        "select child.customer_id, parent.customer_id as parent_id, cast(child.last_activity_date as varchar) as day"
        " from intermediate.int_customers as child left join intermediate.int_customers as parent"
        " on child.parent_customer_key = parent.customer_key order by 1"
    )
    assert rows == [
        {"customer_id": "zoho_crm:1", "parent_id": None, "day": None},
        {"customer_id": "zoho_crm:2", "parent_id": "zoho_crm:1", "day": "2026-06-30"},
    ]


def test_the_newest_load_of_a_record_wins() -> None:
    loads = [
        {"_batch_id": "a", "_loaded_at": "2026-06-01 00:00:00", "_file": "a.csv"},
        {"_batch_id": "b", "_loaded_at": "2026-06-02 00:00:00", "_file": "b.csv"},
    ]
    rows = [
        invoice("1", 100, "2026-05-01", **loads[0]),
        invoice("2", 50, "2026-05-01", **loads[0]),
        invoice("1", 120, "2026-05-01", **loads[1]),
        invoice("3", 7, "2026-05-01", **loads[1]),
    ]
    result = Scenario(files={"invoices": rows}).run("int_invoices")
    amounts = result.rows("select document_id, amount from intermediate.int_invoices order by 1")
    assert [(row["document_id"], int(row["amount"])) for row in amounts] == [
        ("files:1", 120),
        ("files:2", 50),
        ("files:3", 7),
    ]


def test_a_credit_code_that_fails_its_check_character_joins_nobody() -> None:
    result = _build(
        zoho_crm={"accounts": [{"account_id": "1", "tax_id_key": "t", "tax_id_is_valid": "false"}]},
        zoho_books={"contacts": [{"contact_id": "2", "tax_id_key": "t", "tax_id_is_valid": "false"}]},
        erpnext={"customers": [{"customer": "CUST-3", "tax_id_key": "u", "tax_id_is_valid": "true"}]},
        files={"customers": [{"customer_id": "4", "tax_id_key": "u"}]},
    )
    assert len(set(_groups(result).values())) == 3
    assert _groups(result)["files:4"] == _groups(result)["erpnext:CUST-3"]
    assert _exceptions(result) == [("zoho_books:2", "invalid_tax_id"), ("zoho_crm:1", "invalid_tax_id")]
    found = result.rows(
        "select source_system, entity, record_line, reason_code from intermediate.int_row_findings"
    )
    assert {
        (row["source_system"], row["entity"], row["record_line"], row["reason_code"]) for row in found
    } == {
        ("zoho_crm", "accounts", 2, "invalid_tax_id"),
        ("zoho_books", "contacts", 2, "invalid_tax_id"),
    }


def test_a_customer_begins_with_its_record_or_its_first_document() -> None:
    customers = [
        {"customer_id": "past", "customer_name": "Past", "created_date": "2026-06-30"},
        {"customer_id": "future", "customer_name": "Future", "created_date": "2026-07-01"},
        {"customer_id": "undated", "customer_name": "Undated"},
        {"customer_id": "invoiced", "customer_name": "Invoiced", "created_date": "2026-07-01"},
    ]
    invoices = [
        invoice("1", 10, "2026-06-30", customer_id="invoiced"),
        invoice("2", 10, "2026-07-01", customer_id="future"),
    ]
    scenario = Scenario(as_of="2026-06-30", files={"customers": customers, "invoices": invoices})
    found = scenario.run("int_customers").rows(
        "select customer_id from intermediate.int_customers order by 1"
    )
    assert [row["customer_id"] for row in found] == ["files:invoiced", "files:past", "files:undated"]
