"""The shipped specifications hang together, and no row is ever lost, whatever the file."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.landing.ledger import raw_shape
from orchestration.landing.spec import EntitySpec, known_entities, known_sources
from orchestration.protection.categories import Categories
from orchestration.protection.protector import Protector
from tests.landing.door import HEADER, RULES, Door

ENTITIES = [known_sources()[source].entities[entity] for source, entity in known_entities()]


@pytest.mark.parametrize("spec", ENTITIES, ids=lambda spec: f"{spec.source}.{spec.entity}")
def test_specification(spec: EntitySpec) -> None:
    names = spec.column_names
    categories = Categories.load(RULES)
    assert len(set(names)) == len(names)
    referred = [*spec.key, *spec.cluster_by, *(name for unique in spec.unique for name in unique)]
    referred += [spec.dated_by] if spec.dated_by else []
    referred += [spec.repeated.document, *spec.repeated.columns] if spec.repeated else []
    referred += [column.personal_when.column for column in spec.columns if column.personal_when]
    assert set(referred) <= set(names)
    assert all(spec.column(name).type != "text" or name in raw_names(spec) for name in referred)
    for column in spec.columns:
        assert column.description, column.name
        assert categories.of_landed(column)
        assert not column.not_null or categories.raw_columns(column), f"{column.name} cannot be checked"
        assert not column.control or column.type == "decimal"
        assert spec.source in ("files", "fxiaoke") or column.headers, column.name
    accepted = [header for column in spec.columns for header in column.headers]
    assert len(set(accepted)) == len(accepted), "a header feeds one column"
    assert not set(accepted) & set(spec.ignore)


def raw_names(spec: EntitySpec) -> set[str]:
    """Raw column names of an entity."""
    return {name for name, _ in raw_shape(spec.source, spec.entity)}


def test_no_raw_table_has_a_clear_personal_column() -> None:
    shape = dict(raw_shape("zoho_crm", "contacts"))
    assert {"email_key", "email_masked", "last_name_key"} <= set(shape)
    assert not {"email", "last_name", "mailing_street", "date_of_birth", "description"} & set(shape)


CELL = st.one_of(
    st.sampled_from(
        ["", "1", "2", "C", "2024-01-01", "31.12.2024", "10.00", "Total", "No", "Amount", '"a\nb"', "é"]
    ),
    st.text(alphabet="abc019.-_:/客 ", max_size=8),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(CELL, min_size=1, max_size=6), min_size=1, max_size=12))
def test_every_row_is_loaded_or_quarantined(protector: Protector, rows: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        landing, warehouse = Path(folder, "landing"), Path(folder, "warehouse")
        landing.mkdir()
        warehouse.mkdir()
        door = Door(landing, warehouse, protector)
        door.mapping()
        good = "good1,C,2024-01-01,,1\n"
        door.put("invoices.csv", HEADER + good + "".join(",".join(row) + "\n" for row in rows))
        load = door.land_one()
        if load.refusal is None:
            present = sum(1 for row in rows if row != [""])
            assert load.rows_in_file == 1 + present
            assert load.rows_loaded + load.rows_quarantined == load.rows_in_file
            assert len(door.rows(load)) == load.rows_loaded
            assert len(door.quarantined(load)) == load.rows_quarantined
        else:
            assert load.refusal.reason_code in {"too_many_bad_rows", "header_repeated", "unreadable"}


@pytest.mark.parametrize(
    ("amount", "rate", "column"), [("-5.00", "7.1", "Amount"), ("5.00", "-7.1", "Rate"), ("5.00", "0", None)]
)
def test_what_would_turn_the_sign_of_money_is_not_read(
    door: Door, amount: str, rate: str, column: str | None
) -> None:
    door.put(
        "mapping.yml",
        "version: 1\nfiles:\n  - file: c.csv\n    entity: credit_notes\n    columns: {credit_note_id: Id, "
        "customer_id: Who, issue_date: Day, currency: Cur, amount: Amount, exchange_rate: Rate}\n",
    )
    good = "c1,A,2026-05-21,USD,5.00,7.1\nc2,A,2026-05-21,USD,5.00,\n"
    door.put("c.csv", f"Id,Who,Day,Cur,Amount,Rate\n{good}c3,A,2026-05-21,USD,{amount},{rate}\n")
    assert door.quarantined(door.land_one()) == ([(4, column, "bad_number")] if column else [])
