"""The record of processing: every column from the export to the published file, or a refusal that names it."""

import csv
import io
import json
from collections import Counter
from pathlib import Path

import pytest

from orchestration.building.contracts import contract_shape
from orchestration.cli.app import run
from orchestration.errors import ConfigurationError
from orchestration.landing.ledger import RAW_TECHNICAL, Delivery, Load, raw_shape
from orchestration.landing.spec import known_sources
from orchestration.protection.audiences import AUDIENCES
from orchestration.protection.categories import RAW_TECHNICAL as TECHNICAL_NAMES
from orchestration.protection.categories import Categories
from orchestration.reporting.register import LAYERS, register, summarise
from tests.protection.rings import NOW
from tests.support.project import DBT_DIR, RULES_DIR
from tests.support.warehouse import project

CATEGORIES = Categories.load(RULES_DIR)
KNOWN_STANDARDS = {("GB/T 35273", "2020"), ("GB/T 45574", "2025"), ("PIPL article 28", "2021")}


@pytest.fixture(scope="module")
def entries():
    return register(CATEGORIES, DBT_DIR)


def test_every_column_of_every_source_raw_table_model_and_published_file_is_in_it(entries) -> None:
    found = {(entry.layer, entry.object, entry.column) for entry in entries}
    assert len(found) == len(entries)
    for source in known_sources().values():
        for name, entity in source.entities.items():
            place = f"{source.source}.{name}"
            assert {("source", place, column.name) for column in entity.columns} <= found
            raw = f"raw.{source.source}__{name}"
            assert {column for layer, at, column in found if at == raw} == {
                column for column, _ in raw_shape(source.source, name)
            }
    models = {(model.schema, model.name) for model in project().upto(None)}
    assert {tuple(entry.object.split(".")) for entry in entries if entry.layer == "model"} == models
    shape = {name for name, _ in contract_shape(DBT_DIR, "mart_ar_ageing")}
    for audience in AUDIENCES:
        assert {c for _, at, c in found if at == f"{audience}:marts.mart_ar_ageing"} == shape
    assert not [at for _, at, _ in found if at == "bi:marts.mart_quarantine"]


def test_each_entry_says_why_how_long_and_by_which_standard(entries) -> None:
    for entry in entries:
        assert entry.purpose
        assert entry.legal_basis
        assert entry.retention_days > 0
        assert (entry.standard, entry.standard_version) in KNOWN_STANDARDS


def test_sensitive_data_ends_at_the_door_and_personal_data_before_bi(entries) -> None:
    sensitive = {entry.layer for entry in entries if entry.data_class == "sensitive"}
    assert sensitive == {"source"}
    kept_raw = {
        entry.category for entry in entries if entry.layer == "raw" and entry.data_class == "personal"
    }
    assert kept_raw == {"pseudonym", "masked"}
    assert {entry.data_class for entry in entries if entry.object.startswith("bi:")} == {"none", "internal"}


def test_sensitive_classes_name_the_law_or_the_standard_in_force() -> None:
    named = {(item.standard, item.standard_version) for item in CATEGORIES if item.data_class == "sensitive"}
    assert named <= {("GB/T 45574", "2025"), ("PIPL article 28", "2021")}


def test_raw_technical_columns_are_the_ledger_s() -> None:
    assert set(TECHNICAL_NAMES) == {name for name, _ in RAW_TECHNICAL}


def test_the_summary_counts_what_the_whole_lists(entries) -> None:
    rows = summarise(CATEGORIES, entries)
    assert [row.category for row in rows] == [item.category for item in CATEGORIES]
    counted = Counter(entry.layer for entry in entries)
    assert {layer: sum(getattr(row, layer) for row in rows) for layer in LAYERS} == counted
    assert {row.recipients for row in rows if row.published} <= {"bi, finance", "finance"}


def test_a_column_without_a_category_is_refused_by_name(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    for name in ("data_categories.csv", "column_categories.csv"):
        text = (RULES_DIR / name).read_text()
        lines = [line for line in text.splitlines(keepends=True) if not line.startswith("ageing_bucket,")]
        (rules / name).write_text("".join(lines))
    with pytest.raises(ConfigurationError, match=r"marts\.mart_ar_ageing\.ageing_bucket"):
        register(Categories.load(rules), DBT_DIR)


@pytest.mark.parametrize(
    ("old", "new"), [("unknown,sensitive,", "unknown,internal,"), ("unknown,", "other,")]
)
def test_unknown_columns_stay_sensitive_whatever_the_rules_say(tmp_path: Path, old: str, new: str) -> None:
    text = (RULES_DIR / "data_categories.csv").read_text()
    (tmp_path / "data_categories.csv").write_text(text.replace(f"\n{old}", f"\n{new}"))
    (tmp_path / "column_categories.csv").write_text("column_name,category\n")
    with pytest.raises(ConfigurationError, match="unknown"):
        Categories.load(tmp_path)


def test_a_header_nobody_declared_is_listed_as_sensitive(tmp_path: Path) -> None:
    load = Load(
        source="zoho_crm",
        entity="contacts",
        file="Contacts.csv",
        sha256=None,
        spec_sha="",
        batch_id=None,
        status="empty_allowed",
        undeclared_columns=["Hobby"],
    )
    Delivery(delivery_id="d1", loaded_at=NOW, landing_name="landing", loads=[load]).write(tmp_path)
    found = [e for e in register(CATEGORIES, DBT_DIR, tmp_path) if e.column == "Hobby"]
    assert [(e.layer, e.object, e.data_class, e.treatment) for e in found] == [
        ("source", "zoho_crm.contacts", "sensitive", "vault_only")
    ]


def test_the_command_writes_a_summary_or_all_as_table_csv_and_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CRW_WAREHOUSE", str(tmp_path / "wh"))

    def told(*arguments: str) -> str:
        assert run(["privacy", "register", *arguments]) == 0
        return capsys.readouterr().out

    assert "Transfers: none" in told()
    assert "mart_ar_ageing" in told("--all")
    rows = json.loads(told("-f", "json"))
    assert {row["category"] for row in rows} == {item.category for item in CATEGORIES}
    whole = list(csv.DictReader(io.StringIO(told("--all", "-f", "csv", "--class", "sensitive"))))
    assert {row["data_class"] for row in whole} == {"sensitive"}
    assert {row["standard_version"] for row in whole} <= {"2025", "2021"}
    assert run(["privacy", "register", "--class", "secret"]) == 2
