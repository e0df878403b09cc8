# ruff: noqa: E501  one line a case reads as the table it is
"""A broken mapping is told with file, line, key path, what was expected and the nearest valid name."""

import pytest

from orchestration.landing.mapping import read_mapping
from orchestration.landing.nodes import MappingError
from tests.landing.door import Door

GOOD = """version: 1
files:
  - file: invoices.csv
    entity: invoices
    columns:
      invoice_id: No
      customer_id: Customer
      issue_date: Issued
      amount: Amount
    constants: {currency: CNY}
"""

BROKEN = {
    "empty": ("", 1, "the document", "a document with keys"),
    "a list": ("- 1\n", 1, "the document", "keys: version, files, rename"),
    "no YAML": ("version: 1\nfiles: [\n", 3, "the document", "valid YAML"),
    "tab": ("version: 1\n\tfiles: x\n", 2, "the document", "valid YAML"),
    "key twice": (GOOD + "    entity: contacts\n", 11, "files[0].entity", "each key once"),
    "anchor": (GOOD.replace("{currency", "&c {currency") + "    values: *c\n", 10, "files[0].values", "without anchors"),
    "version": (GOOD.replace("version: 1", "version: 2"), 1, "version", "one of '1'"),
    "no version": (GOOD.replace("version: 1\n", ""), 1, "version", "the key 'version' to be there"),
    "unknown key": (GOOD.replace("    entity", "    entitty: x\n    entity"), 4, "files[0].entitty", 'did you mean "entity"?'),
    "unknown entity": (GOOD.replace("entity: invoices", "entity: invoice"), 4, "files[0].entity", 'did you mean "invoices"?'),
    "unknown column": (GOOD.replace("amount:", "amuont:"), 9, "files[0].columns.amuont", 'did you mean "amount"?'),
    "required column": (GOOD.replace("      amount: Amount\n", ""), 5, "files[0].columns", "the required column amount of invoices"),
    "both": (GOOD.replace("CNY", "CNY, amount: '1'"), 10, "files[0].constants.amount", "no header under `columns`"),
    "currency": (GOOD.replace("CNY", "Yuan"), 10, "files[0].constants.currency", "a currency code such as CNY"),
    "constant": (GOOD.replace("CNY", "CNY, status: open"), 10, "files[0].constants.status", "a value of status"),
    "value": (GOOD + "    values: {status: {Open: isued}}\n", 11, "files[0].values.status", "mapped under `columns`"),
    "format": (GOOD + "    format: xls\n", 11, "files[0].format", "one of 'csv', 'tsv', 'xlsx'"),
    "suffix": (GOOD.replace("invoices.csv", "invoices.dat"), 3, "files[0].file", "a `format`"),
    "encoding": (GOOD + "    encoding: utf-9\n", 11, "files[0].encoding", "an encoding such as"),
    "bytes codec": (GOOD + "    encoding: base64\n", 11, "files[0].encoding", "an encoding such as"),
    "delimiter": (GOOD + "    delimiter: ';;'\n", 11, "files[0].delimiter", "one character"),
    "date": (GOOD + "    date_format: dd.mm.yyyy\n", 11, "files[0].date_format", "a strptime format"),
    "dates": (GOOD + "    date_format: ['%d/%m/%Y', '%Y-%m-%d', '%m/%d/%Y']\n", 11, "files[0].date_format[2]", "cannot be taken for each other"),
    "deep": ("a: " + "[" * 5000, 1, "the document", "not nested without end"),
    "control": (GOOD + "    control: always\n", 11, "files[0].control", "one of 'optional' or 'required'"),
    "marks": (GOOD + "    number: {decimal: ',', thousands: ','}\n", 11, "files[0].number", "different decimal"),
    "mark": (GOOD + "    number: {decimal: ';'}\n", 11, "files[0].number.decimal", "one of '.' or ','"),
    "number key": (GOOD + "    number: {decmal: ','}\n", 11, "files[0].number.decmal", 'did you mean "decimal"?'),
    "where": (GOOD + "    where_present: due_date\n", 11, "files[0].where_present", "mapped under `columns`"),
    "name as id": (GOOD + "    names_as_ids: amount\n", 11, "files[0].names_as_ids[0]", "an id column"),
    "ignored": (GOOD + "    ignore: [Note, Amount]\n", 11, "files[0].ignore[1]", "not mapped as well"),
    "absolute": (GOOD.replace("invoices.csv", "/data/invoices.csv"), 3, "files[0].file", "inside the folder"),
    "parent": (GOOD.replace("invoices.csv", "a/../../invoices.csv"), 3, "files[0].file", "inside the folder"),
    "drive": (GOOD.replace("invoices.csv", "C:/invoices.csv"), 3, "files[0].file", "inside the folder"),
    "derived": (GOOD + "    derive:\n      - entity: customers\n        columns: {custmer_id: Customer}\n", 13,
                "files[0].derive[0].columns.custmer_id", 'did you mean "customer_id"?'),
    "derived twice": (GOOD + "    derive:\n      - entity: customers\n        columns: {customer_id: Customer}\n        derive: []\n", 14,
                      "files[0].derive[0].derive", "a known key"),
    "system": (GOOD + "rename: {zoho: {}}\n", 11, "rename.zoho", "a known system"),
    "entity of a system": (GOOD + "rename: {zoho_crm: {account: {A: B}}}\n", 11, "rename.zoho_crm.account", 'did you mean "accounts"?'),
    "header": (GOOD + "rename:\n  zoho_crm:\n    accounts: {A: Acount Name}\n", 13, "rename.zoho_crm.accounts.A", 'did you mean "Account Name"?'),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_broken_mapping(door: Door, case: str) -> None:
    text, line, key_path, expected = BROKEN[case]
    path = door.put("files/mapping.yml", text)
    with pytest.raises(MappingError) as caught:
        door.land()
    error = caught.value
    assert (error.file, error.line) == (path, line)
    assert str(error).startswith(f"mapping.yml, line {line}, {key_path}")
    assert expected in str(error)
    assert error.exit_code == 2
    assert not (door.warehouse / "ledger").exists()


def test_good_mapping(door: Door) -> None:
    path = door.put("files/mapping.yml", GOOD)
    entries, known = read_mapping(path, door.landing)
    ((spec,),) = entries
    assert spec.patterns == ["files/invoices.csv"]
    assert spec.column("status").constant == "issued"
    assert {(entity.source, entity.entity) for entity in known} >= {
        ("zoho_crm", "deals"),
        ("zoho_books", "invoices"),
    }


def test_two_mappings(door: Door) -> None:
    door.put("mapping.yml", GOOD)
    door.put("files/mapping.yml", GOOD)
    with pytest.raises(MappingError, match="one mapping"):
        door.land()


def test_undecodable_mapping(door: Door) -> None:
    door.put("mapping.yml", "version: 1 # 客户".encode("gb18030"))
    with pytest.raises(MappingError, match="UTF-8"):
        door.land()


def test_patterns_stay_in_their_folder(door: Door) -> None:
    door.put("files/mapping.yml", GOOD.replace("invoices.csv", "'*.csv'"))
    row = "No,Customer,Issued,Amount\n1,C,2024-01-01,1\n"
    door.put("files/a.csv", row)
    door.put("files/deeper/b.csv", row)
    door.put("c.csv", row)
    for hidden in (".crw/log.csv", "files/.b.csv", "files/.trash/c.csv"):
        door.put(hidden, row)
    delivery = door.land()
    assert [load.file for load in delivery.loads] == ["files/a.csv"]
    assert delivery.unclaimed_files == ["c.csv", "files/deeper/b.csv"]
