"""Erasing people from what was landed: what goes, what stays and under which key, and that it does not come back."""

import json

import pytest

from orchestration.errors import ConfigurationError
from orchestration.landing.ledger import read_ledger
from orchestration.privacy import erasing
from orchestration.privacy.certificates import read_certificate
from orchestration.privacy.erasing import tools_of
from orchestration.privacy.exporting import export
from orchestration.privacy.journal import unfinished
from orchestration.privacy.persons import find_person
from orchestration.privacy.requests import restore, verify
from orchestration.protection.access_log import AccessLog
from orchestration.protection.keyring import KeyRing
from tests.landing.door import FIRST_NIGHT, Door
from tests.privacy.erasures import MARC, MARC_CLEAR, TODAY, ZHOU, ZHOU_CLEAR, erase, hits, settings
from tests.privacy.landing import fill


def raw(door: Door, source: str, entity: str, columns: str) -> list[tuple]:
    loads = [x for x in read_ledger(door.warehouse)[-1].loads if (x.source, x.entity) == (source, entity)]
    return door.rows(loads[0], columns)


def test_a_person_is_followed_through_all_systems_and_a_namesake_is_not(landed: Door) -> None:
    person = find_person(MARC, tools_of(settings(landed), TODAY))
    assert person.records == {("zoho_crm.contact", "2001"), ("files.contact", "P1")}
    assert set(person.values) >= {"email", "phone"}


def test_a_sole_trader_is_one_person_in_crm_and_books(landed: Door) -> None:
    person = find_person(ZHOU, tools_of(settings(landed), TODAY))
    assert person.records == {
        ("zoho_crm.customer", "1002"),
        ("zoho_books.customer", "5002"),
        ("files.customer", "C2"),
    }


@pytest.mark.parametrize(("phone", "is_trader"), [("13900139003", True), ("13900139009", False)])
def test_a_person_is_a_sole_trader_by_mail_and_phone_and_not_by_one_of_them(
    landed: Door, phone: str, is_trader: bool
) -> None:
    account = "zcrm_1003,Feng Foods,Sole Proprietorship,,CNY,\n"
    person = "zcrm_2004,Wei,Feng,Wei Feng,zcrm_1003,wei@foods.example.cn,13900139003,,,\n"
    trader = f"5003,Feng Foods,Feng Foods,individual,CNY,wei@foods.example.cn,{phone},,\n"
    fill(landed, Accounts=account, Contacts=person, Books=trader)
    assert not landed.land().refused
    found = find_person("zoho_crm:2004", tools_of(settings(landed), TODAY)).records
    assert (("zoho_books.customer", "5003") in found) is is_trader


def test_a_bare_name_is_no_subject(landed: Door) -> None:
    with pytest.raises(ConfigurationError, match="A name alone"):
        find_person("Marc Hughes", tools_of(settings(landed), TODAY))


def test_export_names_origin_purpose_and_values(landed: Door) -> None:
    held = export("zoho_crm:2001", tools_of(settings(landed), TODAY), TODAY)
    contact = next(row for row in held.rows if (row["entity"], row["relation"]) == ("contacts", "own record"))
    assert (contact["file"], contact["line"]) in (("zoho_crm/Contacts.csv", 2), ("people.csv", 2))
    fields = {
        field["column"]: field
        for row in held.rows
        if row["source"] == "zoho_crm" and row["relation"] == "own record"
        for field in row["fields"]
    }
    assert fields["email"]["value"] == "marc.hughes@northgate.example.com"
    assert fields["date_of_birth"]["value"] == "1980-01-02"
    assert fields["email"]["purpose"] == "contact with the customer"
    assert fields["email"]["retention_days"] == 1825
    assert "Anna" not in json.dumps(held.document())


def test_nothing_of_an_erased_contact_is_left(landed: Door) -> None:
    person = find_person(MARC, tools_of(settings(landed), TODAY))
    keys = {key for found in person.values.values() for key in found}
    assert hits(landed, keys, MARC_CLEAR)
    certificate = erase(landed, MARC, "R-1")
    assert certificate.state == "complete", certificate.problems
    assert hits(landed, keys, MARC_CLEAR) == {}
    assert verify(tools_of(settings(landed), TODAY), "R-1", MARC).holds
    assert raw(landed, "zoho_crm", "contacts", "contact_id") == [("2002",), ("2003",)]
    assert raw(landed, "zoho_crm", "deals", "deal_id, contact_id, amount")[0] == ("3001", None, "100.00")
    assert raw(landed, "zoho_books", "contacts", "contact_id, email_key")[0] == ("5001", None)
    assert certificate.shared_with_others > 0, "the namesake keeps its name"


def test_a_phone_that_a_colleague_shares_stays_and_the_erasure_is_complete(landed: Door) -> None:
    """Given with the request, the number is looked for under every class of value it could be."""
    fill(
        landed,
        Contacts="zcrm_2005,Emma,Vane,Emma Vane,zcrm_1001,emma@northgate.example.com,+44 7700 900772,,,\n",
    )
    assert not landed.land().refused
    certificate = erase(landed, "Marc Hughes, +44 7700 900772", "R-1")
    assert certificate.state == "complete", certificate.problems
    left = raw(landed, "zoho_crm", "contacts", "contact_id, mobile_key is not null")
    assert left == [("2002", True), ("2003", True), ("2005", True)]
    assert hits(landed, set(), {"marc.hughes@northgate.example.com"}) == {}


def test_books_of_a_sole_trader_stay_under_a_fresh_key(landed: Door) -> None:
    certificate = erase(landed, ZHOU, "R-2")
    assert certificate.state == "complete", certificate.problems
    person_ids = {"1002", "5002"}
    assert hits(landed, person_ids, ZHOU_CLEAR) == {}
    (company, trader) = raw(
        landed, "zoho_books", "contacts", "contact_id, display_name, tax_id_key, crm_account_id"
    )
    assert company[0] == "5001"
    assert trader[1:] == ("e***", None, None)
    invoices = dict(raw(landed, "zoho_books", "invoices", "invoice_id, customer_id"))
    assert invoices["6002"] == trader[0]
    assert raw(landed, "zoho_crm", "accounts", "account_id") == [("1001",)]
    # No document stands behind the record of the files: it goes.
    assert {item["entity"] for item in certificate.kept} == {"contacts", "invoices"}
    assert all(item["legal_basis"] for item in certificate.kept)


def test_the_ledger_adds_up_and_names_the_request(landed: Door) -> None:
    erase(landed, MARC, "R-1")
    (load,) = [
        x for x in read_ledger(landed.warehouse)[0].loads if (x.source, x.entity) == ("zoho_crm", "contacts")
    ]
    assert [item.request for item in load.rewritten] == ["R-1"]
    assert load.rows_in_file == load.rows_loaded + load.rows_quarantined + load.rows_filtered == 3
    assert load.rows_suppressed == 1
    assert landed.quarantined(load) == [(2, None, "suppressed")]


def test_the_same_landing_again_is_the_same_batches_and_nobody_comes_back(landed: Door) -> None:
    erase(landed, MARC, "R-1")
    erase(landed, ZHOU, "R-2")
    before = {(x.source, x.entity): x.batch_id for x in read_ledger(landed.warehouse)[0].loads}
    delivery = landed.land()
    assert {(x.source, x.entity): x.batch_id for x in delivery.loads} == before
    assert hits(landed, set(), MARC_CLEAR | ZHOU_CLEAR) == {}
    again = landed.land()
    assert all(load.repeated_of for load in again.loads)


def test_a_new_file_with_the_person_is_suppressed_line_by_line(landed: Door) -> None:
    erase(landed, MARC, "R-1")
    erase(landed, ZHOU, "R-2")
    token = dict(raw(landed, "zoho_books", "invoices", "invoice_id, customer_id"))["6002"]
    # Another record id of the same man, and a deal that refers to it.
    fill(
        landed,
        Contacts="zcrm_2009,Marc,Hughes,Marc Hughes,zcrm_1001,,07700900772x,,,\n"
        "zcrm_2010,Marc,Hughes,Marc Hughes,zcrm_1001,MARC.HUGHES@northgate.example.com,,,,\n",
        Deals="zcrm_3009,Bolts,zcrm_1001,zcrm_2010,Closed Won,5.00,2026-01-02,CNY,\n",
    )
    delivery = landed.land()
    loads = {(x.source, x.entity): x for x in delivery.loads}
    contacts = loads["zoho_crm", "contacts"]
    assert landed.quarantined(contacts) == [(2, None, "suppressed"), (6, None, "suppressed")]
    assert contacts.rows_in_file == contacts.rows_loaded + contacts.rows_quarantined
    assert landed.rows(loads["zoho_crm", "deals"], "deal_id, contact_id")[-1] == ("3009", None)
    assert dict(landed.rows(loads["zoho_books", "invoices"], "invoice_id, customer_id"))["6002"] == token
    assert hits(landed, set(), MARC_CLEAR | ZHOU_CLEAR) == {}


@pytest.mark.parametrize(("given", "comes_back"), [("{day}", False), ("2099-01-01", True)])
def test_only_a_consent_after_the_erasure_brings_a_person_back(
    landed: Door, given: str, comes_back: bool
) -> None:
    certificate = erase(landed, MARC, "R-1")
    given = given.format(day=certificate.erased_at.date())
    fill(landed, consents=f"K1,P1,marketing,{given}\n")
    landed.land()
    contacts = [row[0] for row in raw(landed, "zoho_crm", "contacts", "contact_id")]
    assert ("2001" in contacts) is comes_back


def test_restoring_needs_a_basis_and_loads_again(landed: Door) -> None:
    erase(landed, MARC, "R-1")
    with pytest.raises(ConfigurationError, match="on a basis only"):
        restore(landed.warehouse, "R-1", " ", TODAY)
    restore(landed.warehouse, "R-1", "new contract", TODAY)
    landed.land()
    assert raw(landed, "zoho_crm", "contacts", "contact_id") == [("2001",), ("2002",), ("2003",)]


def test_a_request_is_carried_out_once(landed: Door) -> None:
    erase(landed, MARC, "R-1")
    with pytest.raises(ConfigurationError, match="carried out already"):
        erase(landed, ZHOU, "R-1")
    with pytest.raises(ConfigurationError, match="Nobody is found"):
        erase(landed, MARC, "R-2")


def test_a_list_that_names_a_person_twice_changes_nothing(landed: Door) -> None:
    subjects = {"R-1": MARC, "R-2": "zoho_crm:2001"}
    with pytest.raises(ConfigurationError, match="R-1 and R-2 are about the same person"):
        erasing.erase(settings(landed), subjects, "tester", lambda *_: None)
    assert unfinished(landed.warehouse) == []
    certificates = erasing.erase(settings(landed), {"R-1": MARC, "R-2": ZHOU}, "tester", lambda *_: None)
    assert [found.state for found in certificates] == ["complete", "complete"]
    assert hits(landed, set(), MARC_CLEAR | ZHOU_CLEAR) == {}


def test_a_changed_certificate_is_told(landed: Door) -> None:
    erase(landed, MARC, "R-1")
    path = landed.warehouse / "privacy" / "certificates" / "R-1.json"
    path.write_text(path.read_text().replace('"by": "tester"', '"by": "nobody"'))
    with pytest.raises(ConfigurationError, match="was changed"):
        read_certificate(landed.warehouse, "R-1")


def test_verify_finds_what_was_put_back(landed: Door) -> None:
    (folder,) = {path.parent for path in (landed.warehouse / "raw/zoho_crm/contacts").iterdir()}
    (old,) = [path.read_bytes() for path in folder.iterdir()]
    erase(landed, MARC, "R-1")
    (folder / "old.parquet").write_bytes(old)
    assert not verify(tools_of(settings(landed), TODAY), "R-1", None).holds


def test_delivered_files_are_named_and_not_touched(landed: Door) -> None:
    before = {path: path.read_bytes() for path in landed.landing.rglob("*") if path.is_file()}
    certificate = erase(landed, MARC, "R-1")
    assert {path: path.read_bytes() for path in before} == before
    listed = {item["file"]: item["lines"] for item in certificate.landing_folder}
    assert listed == {
        "people.csv": [2],
        "zoho_books/Contacts.csv": [2],
        "zoho_crm/Contacts.csv": [2],
        "zoho_crm/Deals.csv": [2, 3],
    }


@pytest.mark.parametrize("at", range(1, 60, 4))
def test_a_killed_erasure_is_taken_up_where_it_ended(
    landed: Door, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    import os

    made, real = 0, os.replace

    def replace(*arguments: object) -> None:
        nonlocal made
        made += 1
        if made == at:
            raise KeyboardInterrupt
        real(*arguments)

    monkeypatch.setattr(os, "replace", replace)
    try:
        erase(landed, MARC, "R-1")
    except KeyboardInterrupt:
        monkeypatch.setattr(os, "replace", real)
        erase(landed, MARC, "R-1")
    monkeypatch.setattr(os, "replace", real)
    assert unfinished(landed.warehouse) == []
    assert read_certificate(landed.warehouse, "R-1").state == "complete"
    assert hits(landed, set(), MARC_CLEAR) == {}
    landed.land()
    assert hits(landed, set(), MARC_CLEAR) == {}


def test_the_access_log_stays_whole_and_is_said_to_be_kept(landed: Door) -> None:
    ring = KeyRing.load(settings(landed))
    log, person = AccessLog(ring), find_person(MARC, tools_of(settings(landed), TODAY))
    (key, *_) = person.values["email"]
    for subject in (key, "p" * 32, key):
        log.append(FIRST_NIGHT, "officer", "privacy_officer", "reveal", subject, "case 4711", "shown")
    certificate = erase(landed, MARC, "R-1")
    assert certificate.state == "complete", certificate.problems
    assert [(item["entity"], item["rows"]) for item in certificate.kept] == [("access log", 2)]
    assert log.verify().problem is None
    assert verify(tools_of(settings(landed), TODAY), "R-1", MARC).holds


@pytest.mark.parametrize("place", ["access/log.jsonl", "holds/h1.held.json", "alerts/1.json", "keys/note"])
def test_a_value_in_any_other_place_is_found(landed: Door, place: str) -> None:
    path = landed.warehouse / place
    path.parent.mkdir(parents=True, exist_ok=True)
    found = find_person(MARC, tools_of(settings(landed), TODAY))
    erase(landed, MARC, "R-1")
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"subject": "", "reason": f"{next(iter(found.values['email']))} asked"}) + "\n")
    assert hits(landed, set(), MARC_CLEAR) == {}
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"subject": "", "reason": "for marc.hughes@northgate.example.com"}) + "\n")
    assert [list(files) for files in hits(landed, set(), MARC_CLEAR).values()] == [[place]]
    assert not verify(tools_of(settings(landed), TODAY), "R-1", MARC).holds
