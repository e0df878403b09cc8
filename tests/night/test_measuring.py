"""Other dates in one build: which tables, which dates a late document reached, what a restatement lists."""

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from orchestration.building import dated, measuring, replay, restatements
from orchestration.building.dated import dated_models
from orchestration.building.late_documents import DocumentMarks, reached_dates
from orchestration.building.plan import RunPlan
from orchestration.building.restatements import Finished
from orchestration.building.workspace import DATABASE
from orchestration.cli.backfill import Every, dates_between
from orchestration.errors import BuildFailed
from orchestration.publishing.manifest import Partition
from orchestration.settings import Settings
from tests.rules.rule_tables import in_force
from tests.support.warehouse import Scenario


@pytest.mark.parametrize(
    ("every", "expected"),
    [
        (Every.month, ["2024-02-29", "2024-03-31"]),
        (Every.quarter, ["2024-03-31"]),
        (Every.week, ["2024-02-25", "2024-03-03", "2024-03-10", "2024-03-17", "2024-03-24", "2024-03-31"]),
    ],
)
def test_dates_are_the_ends_of_periods_both_edges_included(every: Every, expected: list[str]) -> None:
    found = dates_between(date(2024, 2, 25), date(2024, 3, 31), every)
    assert [day.isoformat() for day in found] == expected


def test_every_day_of_a_leap_february() -> None:
    assert len(dates_between(date(2024, 2, 1), date(2024, 2, 29), Every.day)) == 29


def model(name: str, *parents: str, materialized: str = "table", contract: bool = False) -> dict:
    """A node of dbt's manifest."""
    return {
        "name": name,
        "resource_type": "model",
        "relation_name": f"db.{name}",
        "compiled_code": f"select 1 as {name}_key",
        "config": {"materialized": materialized, "contract": {"enforced": contract}},
        "columns": {f"{name}_key": {}},
        "depends_on": {"nodes": list(parents)},
    }


MANIFEST = {
    "sources": {
        "context": {"source_name": "run", "name": "context"},
        "settings": {"source_name": "run", "name": "settings"},
        "past": {"source_name": "history", "name": "fact"},
        "raw": {"source_name": "files", "name": "invoices"},
    },
    "nodes": {
        "day": model("day", "context", materialized="view"),
        "documents": model("documents", "raw", "settings"),
        "balances": model("balances", "documents", "day"),
        "changes": model("changes", "past"),
        "fact": model("fact", "balances", "changes", contract=True),
        "other": model("other", "day"),
    },
}


def test_only_what_depends_on_the_date_is_measured_again_parents_first() -> None:
    found = dated_models(MANIFEST, ("fact",))
    assert [(model.name, model.is_view, model.has_contract, model.reads) for model in found] == [
        ("day", True, False, ()),
        ("balances", False, False, ("day",)),
        ("changes", False, False, ()),
        ("fact", False, True, ("balances", "changes")),
    ]


def test_a_history_table_that_is_no_model_is_an_error() -> None:
    with pytest.raises(BuildFailed, match="built no gone"):
        dated_models(MANIFEST, ("gone",))


def test_past_dates_are_measured_without_keys_and_the_own_date_with_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key over every row of every date doubles the time; doubles of a past date are refused by a query."""
    with duckdb.connect(tmp_path / DATABASE) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.mart_alerts (alert_key varchar primary key, as_of_date date)")
    alerts = model("mart_alerts", "context", contract=True)
    alerts["relation_name"] = '"warehouse"."marts"."mart_alerts"'
    alerts["columns"] = {"alert_key": {}}
    alerts["compiled_code"] = "select 'a' as alert_key, date '2026-05-31' as as_of_date from range(2)"
    manifest = {"sources": MANIFEST["sources"], "nodes": {"mart_alerts": alerts | {"path": "marts/"}}}
    for module in (dated, replay):
        monkeypatch.setattr(module, "MEASURED_TABLES", ("mart_alerts",))
    monkeypatch.setattr(replay, "FACT", "mart_alerts")
    monkeypatch.setattr(replay, "set_context", lambda *_: None)
    monkeypatch.setattr(replay, "set_history", lambda *_: None)
    monkeypatch.setattr(replay, "_MONEY", "select null, null, null where $day is not null")
    plan = RunPlan.model_construct(as_of=date(2026, 5, 31), history={})
    with replay.Replay(Settings(), tmp_path, manifest) as measuring_dates:
        measuring_dates.measure(plan, {})
        with pytest.raises(BuildFailed, match="mart_alerts has doubled rows as of 2026-05-31"):
            measuring_dates.keep(plan)
        with pytest.raises(BuildFailed, match=r"mart_alerts could not be measured.*ConstraintException"):
            measuring_dates.measure(plan, {}, publish=True)


@pytest.fixture
def database() -> duckdb.DuckDBPyConnection:
    """A build with two documents, the second from March on, and one receipt."""
    connection = duckdb.connect()
    for schema in ("intermediate", "run"):
        connection.execute(f"create schema {schema}")
    connection.execute(
        "create table intermediate.int_document_states as select * from (values"
        " ('a', 'k', date '2026-01-10', date '2026-02-10', 5.0, 5.0),"
        " ('b', 'k', date '2026-03-10', date '2026-04-10', 7.0, 7.0)"
        ") as t(document_id, customer_key, valid_from, due_date, balance, balance_base)"
    )
    connection.execute(
        "create table intermediate.int_receipts as"
        " select 'r' as receipt_id, 'k' as customer_key, date '2026-02-20' as receipt_date, 'CNY' as currency,"
        " 5.0 as amount"
    )
    return connection


def finished(marks: DocumentMarks, *days: date) -> dict[date, Partition]:
    """Partitions of dates as they were marked."""
    facts = {
        "sha256": "",
        "rows": 1,
        "run_id": "r",
        "inputs_sha256": "",
        "rules_sha256": "",
        "code_sha256": "",
    }
    return {day: Partition(file="", documents_mark=marks.on(day), **facts) for day in days}


JANUARY, FEBRUARY, MARCH, JUNE = date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 6, 30)


def test_a_late_document_reaches_the_dates_from_its_own_on(database: duckdb.DuckDBPyConnection) -> None:
    before = finished(DocumentMarks(database), JANUARY, FEBRUARY, MARCH)
    database.execute(
        "insert into intermediate.int_document_states values ('c', 'k', date '2026-02-15', date '2026-02-28', 1, 1)"
    )
    after = DocumentMarks(database)
    assert reached_dates(before, after, JUNE, 365) == {FEBRUARY, MARCH}
    assert reached_dates(before, after, JUNE, 100) == {MARCH}, "only inside the window"
    assert reached_dates(before, after, MARCH, 365) == {FEBRUARY}, "only before the run's own date"


@pytest.mark.rules("model_parameters", "restatement_days")
def test_the_window_is_that_of_the_rules(database: duckdb.DuckDBPyConnection) -> None:
    [rule] = [row for row in in_force("model_parameters", JUNE) if row["parameter"] == "restatement_days"]
    window = Scenario(as_of=str(JUNE)).run("stg_rules__model_parameters").value(measuring._WINDOW)
    assert window == int(rule["value"])
    days = [JUNE - timedelta(window + beyond) for beyond in (-1, 0, 1)]
    before = finished(DocumentMarks(database), *days)
    database.execute(
        "insert into intermediate.int_document_states values ('c', 'k', date '2026-01-01', date '2026-02-28', 1, 1)"
    )
    assert reached_dates(before, DocumentMarks(database), JUNE, int(window)) == set(days[:2])


def test_the_same_documents_reach_nothing_and_an_unmarked_date_is_left(
    database: duckdb.DuckDBPyConnection,
) -> None:
    marks = DocumentMarks(database)
    before = finished(marks, JANUARY, MARCH)
    before[FEBRUARY] = before[JANUARY].model_copy(update={"documents_mark": None})
    database.execute("update intermediate.int_document_states set balance = 5.00 where document_id = 'a'")
    assert reached_dates(before, DocumentMarks(database), JUNE, 365) == set()


def partition(folder: Path, name: str, rows: str) -> Path:
    """A partition file of (customer_key, exposure, risk_tier, run_id)."""
    file = folder / f"{name}.parquet"
    duckdb.sql(
        f"copy (select * from (values {rows}) as t(customer_key, exposure, risk_tier, run_id)) to '{file}'"
    )
    return file


def test_a_restatement_lists_each_changed_measure_and_who_came_or_went(
    database: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    old = partition(
        tmp_path, "old", "('a', 1.5, 'low', 'r1'), ('b', 2.0, 'low', 'r1'), ('gone', 0.0, 'low', 'r1')"
    )
    new = partition(
        tmp_path, "new", "('a', 9.5, 'low', 'r2'), ('b', 2.0, 'low', 'r2'), ('came', 0.0, 'high', 'r2')"
    )
    before = Finished(MARCH, "r1", {"fact": old})
    restatements.create_table(database, None)
    assert restatements.differs(database, before, {"fact": new})
    assert restatements.record(database, before, new, table="fact", run_id="r2", reason="late") == 3
    listed = database.execute(
        "select customer_key, measure, old_value, new_value, reason from run.restatements order by 1"
    ).fetchall()
    assert listed == [
        ("a", "exposure", "1.5", "9.5", "late"),
        ("came", "customer", "absent", "present", "late"),
        ("gone", "customer", "present", "absent", "late"),
    ]


def test_another_run_that_says_the_same_is_no_restatement(
    database: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    old = partition(tmp_path, "old", "('a', 1.5, 'low', 'r1')")
    new = partition(tmp_path, "new", "('a', 1.5, 'low', 'r2')")
    assert not restatements.differs(database, Finished(MARCH, "r1", {"fact": old}), {"fact": new})
