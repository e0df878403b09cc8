"""The shipped exports: what is planted in them and worth a look is documented and there; how they land."""

from pathlib import Path

import pytest

from orchestration.demo import DEMO_LANDING
from orchestration.demo.defects import plant
from orchestration.landing.ledger import Delivery
from orchestration.landing.spec import known_entities
from orchestration.protection.categories import Categories
from orchestration.protection.keys import MasterKey
from orchestration.protection.protector import Protector
from tests.demo.company import objects, read
from tests.landing.door import RULES, Door

README = (DEMO_LANDING / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Door:
    protector = Protector(MasterKey(bytes(range(32))), Categories.load(RULES))
    return Door(DEMO_LANDING, tmp_path_factory.mktemp("shipped"), protector)


@pytest.fixture(scope="module")
def landed(door: Door) -> Delivery:
    return door.land()


def test_the_planted_rows_and_no_others_are_quarantined(door: Door, landed: Delivery) -> None:
    found = {
        (load.file, column, reason) for load in landed.loads for _, column, reason in door.quarantined(load)
    }
    assert found == {
        ("zoho_books/Invoice.csv", "Invoice Date", "bad_date"),
        ("zoho_books/Invoice.csv", "Total", "bad_number"),
        ("zoho_books/Invoice.csv", "Invoice Number", "duplicate_document"),
        ("zoho_books/Customer_Payment.csv", "CustomerPayment ID", "missing_value"),
        ("zoho_crm/Deals.csv", None, "field_count"),
        ("fxiaoke/ActiveRecordObj.jsonl", "create_time", "bad_date"),
    }
    assert sum(load.rows_quarantined for load in landed.loads) == 6
    assert landed.refused == []
    assert landed.unclaimed_files == []
    redacted = [redaction for load in landed.loads for redaction in load.redactions]
    assert [(redaction.column, redaction.count) for redaction in redacted] == [("deal_name", 1)]


def test_every_system_and_canonical_entity_is_shown(landed: Delivery) -> None:
    loaded = {(load.source, load.entity) for load in landed.loads if load.rows_loaded}
    missing = {key for key in known_entities() if key not in loaded and key[0] != "files"}
    # Fxiaoke keeps balances and growth values in objects of which the demo's tenant uses one kind.
    assert missing == {("fxiaoke", "customer_accounts"), ("fxiaoke", "member_growth")}
    shown_by_a_system = {
        "activities", "cases", "contacts", "credit_notes", "invoices", "opportunities", "orders",
        "receipt_allocations", "receipts", "subject_requests", "write_offs",
    }  # fmt: skip
    canonical = {entity for source, entity in known_entities() if source == "files"}
    assert canonical - {entity for source, entity in loaded if source == "files"} == shown_by_a_system


def test_each_planted_defect_is_documented_and_there() -> None:
    invoices = (DEMO_LANDING / "zoho_books/Invoice.csv").read_text(encoding="utf-8").splitlines()
    for number, mark in (("INV-001425", "2025-02-30"), ("INV-001879", "12O45.l0"), ("INV-002137", "990001")):
        assert number in README
        assert any(number in line and mark in line for line in invoices)
    missing_due = [row for row in read(DEMO_LANDING / "zoho_books/Invoice.csv") if row["Due Date"] == ""]
    assert [row["Invoice Number"] for row in missing_due] == ["INV-001155"]
    assert "INV-001155" in README
    payments = (DEMO_LANDING / "zoho_books/Customer_Payment.csv").read_text(encoding="utf-8").splitlines()
    assert payments[-1].startswith("Total,")
    assert payments[-2].startswith("99002,")
    deals = (DEMO_LANDING / "zoho_crm/Deals.csv").read_text(encoding="utf-8").splitlines()
    assert "`zoho_crm/Deals.csv` line 147" in README
    assert len(deals[146].split(",")) == len(deals[0].split(",")) + 1
    assert "Verbal Commit" in next(line for line in deals if "00158" in line.split(",")[3])
    assert "13900001234" in next(line for line in deals if " 00231 " in line)
    assert read(DEMO_LANDING / "zoho_crm/Accounts.csv")[-1]["Account Number"] == "C99003"
    closed_early = [
        row["Case_Number"]
        for row in read(DEMO_LANDING / "zoho_crm/Cases.csv")
        if "" < row["Closed_Time"] < row["Created_Time"]
    ]
    assert closed_early == ["CS00075-05"]
    orders = objects(DEMO_LANDING / "fxiaoke/SalesOrderObj.jsonl")
    assert [one["name"] for one in orders if one["order_status"] == "pN3wQ8sT5"] == ["XSDD000125-09"]
    records = objects(DEMO_LANDING / "fxiaoke/ActiveRecordObj.jsonl")
    assert [line for line, one in enumerate(records, 1) if one["create_time"] < 10**11] == [447]
    answers = objects(DEMO_LANDING / "files/survey_answers.jsonl")
    assert [one["answer"] for one in answers if one.get("score") == 11] == ["S0000120-01-1"]
    registered = {row["合同编号"] for row in read(DEMO_LANDING / "files/contract_register.csv")}
    promised = read(DEMO_LANDING / "files/contract_milestones.csv")
    assert [row["节点编号"] for row in promised if row["合同编号"] not in registered] == [
        "HT2025-990004-01-01"
    ]
    for name in (
        "CS00075-05",
        "XSDD000125-09",
        "line 447",
        "S0000120-01-1",
        "HT2025-990004-01-01",
        "CUST-00061",
    ):
        assert name in README


def test_a_wrong_credit_code_is_told_at_the_door(door: Door, landed: Delivery) -> None:
    (load,) = (load for load in landed.loads if (load.source, load.entity) == ("erpnext", "customers"))
    invalid = [name for name, valid in door.rows(load, "customer, tax_id_is_valid") if valid == "false"]
    assert invalid == ["CUST-00061"]


def test_defects_need_a_company_to_damage(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        plant(tmp_path)


def test_what_the_readme_calls_worth_a_look_is_there() -> None:
    accounts = {row["Account Number"]: row for row in read(DEMO_LANDING / "zoho_crm/Accounts.csv")}
    parent = accounts["C00041"]
    assert accounts["C00042"]["Parent Account.id"] == parent["Record Id"]
    assert accounts["C00047"]["Parent Account.id"] == accounts["C00042"]["Record Id"]
    fxiaoke = {one["account_no"]: one for one in objects(DEMO_LANDING / "fxiaoke/AccountObj.jsonl")}
    assert fxiaoke["KH000043"]["parent_account_id"] == fxiaoke["KH000041"]["_id"]
    assert fxiaoke["KH000041"]["name"] == parent["Account Name"]
    reopened = {
        row["Account_Name"]
        for row in read(DEMO_LANDING / "zoho_crm/Sales_Orders.csv")
        if row["Reopened_Date"]
    }
    for number in ("C00048", "C00055"):
        assert number in README
        assert accounts[number]["Account Name"] in reopened
    contacts = {row["Record Id"]: row for row in read(DEMO_LANDING / "zoho_crm/Contacts.csv")}
    overdue = {
        contacts[row["Parent_Id.id"]]["Account Name.id"]
        for row in read(DEMO_LANDING / "zoho_crm/Data_Subject_Requests.csv")
        if row["Is_Closed"] == "false" and row["Due_Date"] < "2026-06-30"
    }
    assert overdue == {accounts[number]["Record Id"] for number in ("C00188", "C00190", "C00197", "C00214")}
    consents = read(DEMO_LANDING / "zoho_crm/Consents.csv")
    assert sum("" < row["Consent_Expiry"] <= "2026-06-30" for row in consents) > 50
    thin = {row["客户编码"]: row["客户名称"] for row in read(DEMO_LANDING / "files/debtors.csv")}["D0010034"]
    invoices = read(DEMO_LANDING / "zoho_books/Invoice.csv")
    bought = {row["Invoice Date"] for row in invoices if row["Customer Name"] == thin}
    assert bought
    assert min(bought) > "2026-06-01"
