"""The door: what a landed batch looks like behind it, and that nothing clear passes."""

import contextlib
import json
from pathlib import Path

import pyarrow as pa
import pytest

from orchestration.errors import ConfigurationError, CrwError
from orchestration.landing.spec import ColumnSpec, EntitySpec, known_sources
from orchestration.protection.categories import Categories
from orchestration.protection.keys import MasterKey
from orchestration.protection.protector import Protector, Redaction
from orchestration.protection.vault import read_vault

RULES = Path(__file__).resolve().parents[2] / "seeds" / "rules"
KEY = MasterKey(bytes(range(32)))
CLEAR = [
    "张三",
    "13812345678",
    "１３８１２３４５６７８",
    "zhang@example.com",
    "11010519491231002X",
    "Main Street 5",
    "golf",
    "4111 1111 1111 1111",
]


def column(name, kind="text", category=None, **more) -> ColumnSpec:
    by_type = {"id": "identifier", "integer": "business", "decimal": "money", "choice": "business"}
    return ColumnSpec(name=name, type=kind, category=category or by_type[kind], **more)


SPEC = EntitySpec(
    source="files",
    entity="customers",
    columns=[
        column("customer_id", "id"),
        column(
            "customer_name",
            category="organisation_name",
            personal_when={"column": "customer_type", "values": ["individual"]},
        ),
        column("customer_type", "choice", values={"个人": "individual"}),
        column("email", category="email"),
        column("phone", category="phone"),
        column("street", category="address"),
        column("note", category="business"),
        column("terms_days", "integer"),
        column("amount", "decimal"),
    ],
)


def rows(**columns) -> pa.RecordBatch:
    size = len(next(iter(columns.values())))
    full = {spec.name: [None] * size for spec in SPEC.columns} | columns
    arrays = {name: pa.array(values, pa.string()) for name, values in full.items()}
    return pa.RecordBatch.from_pydict(arrays | {"_line": pa.array(range(2, size + 2), pa.int64())})


@pytest.fixture
def protector() -> Protector:
    return Protector(KEY, Categories.load(RULES))


def test_columns_pass_by_treatment_in_the_order_of_the_specification(protector):
    result = protector.protect(rows(customer_id=["1"]), SPEC)
    assert result.batch.schema.names == [
        *("customer_id", "customer_name", "customer_name_key", "customer_type", "email_key", "email_masked"),
        *("phone_key", "phone_masked", "note", "terms_days", "amount", "_line"),
    ]
    assert result.vault_rows.num_rows == 0
    assert result.redactions == []


def test_nothing_clear_passes_and_the_vault_has_all(protector):
    batch = rows(
        customer_id=["1", "zhang@example.com", "11010519491231002X", "4876876000000300000"],
        customer_name=["张三", "Acme Ltd", "Acme 13812345678", "张三"],
        customer_type=["个人", "organisation", None, "Individual"],
        email=["zhang@example.com", " Zhang@Example.com", "", None],
        phone=["13812345678", "１３８１２３４５６７８", "+86 138 1234 5678", None],
        street=["Main Street 5", "Main Street 5", None, ""],
        note=["card 4111 1111 1111 1111", "ok", "a 13812345678 b 13812345678", None],
        terms_days=["30", "13812345678", None, "60"],
        amount=["13812345678.00", "11010519491231002X", "13812345678", "-5"],
        Hobby=["golf", "golf", None, ""],
    )
    result = protector.protect(batch, SPEC, ["Hobby"])
    passed = json.dumps(result.batch.to_pylist(), ensure_ascii=False)
    assert [value for value in CLEAR if value in passed.replace("13812345678.00", "")] == []
    kept = result.batch.to_pydict()
    assert kept["customer_name"] == ["张***", "Acme Ltd", "Acme [redacted:mobile]", "张***"]
    assert kept["customer_name_key"][1:3] == [None, None]
    assert kept["customer_name_key"][0] == kept["customer_name_key"][3]
    assert kept["email_key"][0] == kept["email_key"][1]
    assert kept["email_key"][2:] == [None, None]
    assert len(set(kept["phone_key"][:3])) == 1
    assert kept["phone_masked"][0] == "***5678"
    assert kept["note"] == ["card [redacted:card]", "ok", "a [redacted:mobile] b [redacted:mobile]", None]
    assert kept["terms_days"] == ["30", "[redacted:mobile]", None, "60"]
    assert kept["amount"] == ["13812345678.00", "[redacted:id_number]", "[redacted:mobile]", "-5"]
    assert kept["customer_id"][1] == f"[redacted:email:{kept['email_key'][0]}]"
    assert kept["customer_id"][3] == "4876876000000300000"
    vault = {(row["column"], row["value"], row["line"]) for row in result.vault_rows.to_pylist()}
    assert ("customer_name", "张三", 2) in vault
    assert ("Hobby", "golf", 2) in vault
    assert ("note", "4111 1111 1111 1111", 2) in vault
    assert ("street", "Main Street 5", 2) in vault
    assert {row["domain"] for row in result.vault_rows.to_pylist() if row["column"] == "Hobby"} == {"unknown"}


def test_redactions_are_counted_by_column_with_their_first_line(protector):
    note = ["ok", "tel 13812345678", "mail a@example.com", "tel 13912345678", "tel 13812345678"]
    result = protector.protect(rows(note=note), SPEC)
    assert result.redactions == [Redaction("note", "mobile", 3, 3), Redaction("note", "email", 4, 1)]


def test_condition_column_without_a_header_uses_its_constant(protector):
    columns = [item for item in SPEC.columns if item.name != "customer_type"]
    individual = column("customer_type", "choice", constant="individual")
    spec = SPEC.model_copy(update={"columns": [*columns, individual]})
    assert protector.protect(rows(customer_name=["张三"]), spec).batch["customer_name"].to_pylist() == [
        "张***"
    ]


def test_a_column_nobody_declared_is_refused(protector):
    with pytest.raises(KeyError):
        protector.protect(rows(Hobby=["golf"]), SPEC)


def test_vault_file_holds_each_value_once_and_opens_only_with_key_and_name(protector, tmp_path):
    path = tmp_path / "vault" / "files" / "batch.parquet"
    batch = rows(street=["Main Street 5", "Side Street 7"], email=["zhang@example.com", None])
    vault_rows = protector.protect(batch, SPEC).vault_rows
    with protector.vault_writer(path) as writer:
        writer.write(vault_rows)
        writer.write(vault_rows)
    assert writer.rows == 3
    assert [item.name for item in path.parent.iterdir()] == ["batch.parquet"]
    content = path.read_bytes()
    assert all(text.encode() not in content for text in ("Main Street 5", "zhang@example.com", "email"))
    assert read_vault(path, KEY).sort_by("line").num_rows == 3
    key = vault_rows.filter(pa.compute.equal(vault_rows["column"], "email"))["key"][0].as_py()
    assert read_vault(path, KEY, key)["value"].to_pylist() == ["zhang@example.com"]
    with pytest.raises(CrwError, match="cannot be opened"):
        read_vault(path, MasterKey(bytes(32)))
    renamed = path.rename(path.with_name("other.parquet"))
    with pytest.raises(CrwError, match="cannot be opened"):
        read_vault(renamed, KEY)


def test_an_altered_vault_file_does_not_open_or_says_what_it_said(protector, tmp_path):
    path = tmp_path / "batch.parquet"
    with protector.vault_writer(path) as writer:
        writer.write(protector.protect(rows(street=["Main Street 5", "Side Street 7"]), SPEC).vault_rows)
    content, written, opened = path.read_bytes(), read_vault(path, KEY), []
    places = [*range(0, len(content), 29), content.index(b'"internalStorage":true') + 20]
    for place in places:
        altered = bytearray(content)
        altered[place] ^= 1
        path.write_bytes(altered)
        with contextlib.suppress(CrwError):
            assert read_vault(path, KEY).equals(written), place
            opened.append(place)
    # Arrow does not read a few signs around the name of the key.
    assert len(opened) < 0.05 * len(places)


def test_vault_file_keeps_the_first_of_equal_rows_over_parts_and_places(protector, tmp_path):
    path = tmp_path / "batch.parquet"
    # Two forms of one number, one value in two columns, and all of it again among new values in another order.
    first = rows(
        phone=["13812345678", "+86 138 1234 5678", "13912345678"], email=["a@b.com", None, "A@b.com"]
    )
    second = rows(phone=["13712345678", "13912345678"], email=["a@b.com", "13912345678"])
    parts = [protector.protect(batch, SPEC).vault_rows for batch in (first, second)]
    place = parts[0].schema.get_field_index("column")
    elsewhere = parts[0].set_column(place, "column", pa.array(["copy"] * len(parts[0])))
    with protector.vault_writer(path) as writer:
        for part in (parts[0].slice(2), *parts, elsewhere.slice(0, 1), parts[0]):
            writer.write(part)
    stored = read_vault(path, KEY).select(["column", "value"]).to_pylist()
    assert [tuple(row.values()) for row in stored] == [
        ("phone", "13812345678"),
        ("phone", "13912345678"),
        ("email", "a@b.com"),
        ("email", "13912345678"),
        ("phone", "13712345678"),
        ("copy", "a@b.com"),
    ]


def test_vault_writer_leaves_nothing_without_rows_or_after_a_failure(protector, tmp_path):
    with protector.vault_writer(tmp_path / "a.parquet"):
        pass
    vault_rows = protector.protect(rows(street=["Main Street 5"]), SPEC).vault_rows
    writer = protector.vault_writer(tmp_path / "b.parquet")
    writer.write(vault_rows)
    writer.__exit__(RuntimeError, RuntimeError(), None)
    assert list(tmp_path.iterdir()) == []


def test_every_landed_column_has_a_category(protector):
    for source in known_sources().values():
        for entity in source.entities.values():
            for item in entity.columns:
                assert protector.categories.of_landed(item).purpose


def test_a_broken_rule_table_names_file_line_and_column(tmp_path):
    lines = (RULES / "data_categories.csv").read_text().splitlines()
    lines[2] = lines[2].replace(",none,", ",secret,")
    (tmp_path / "data_categories.csv").write_text("\n".join(lines))
    (tmp_path / "column_categories.csv").write_text("column_name,category\n")
    with pytest.raises(ConfigurationError, match=r"data_categories\.csv, line 3, column class"):
        Categories.load(tmp_path)
    (tmp_path / "data_categories.csv").write_text((RULES / "data_categories.csv").read_text())
    (tmp_path / "column_categories.csv").write_text("column_name,category\nx,nothing\n")
    with pytest.raises(ConfigurationError, match=r"column_categories\.csv, line 2, column category"):
        Categories.load(tmp_path)
