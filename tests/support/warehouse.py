"""A warehouse small enough for a test: given landed rows in, rows of any model out, in well under a second.

result = Scenario(
    as_of="2026-06-30",
    files={"invoices": [{"invoice_id": "1", "customer_id": "A", "issue_date": "2026-05-01", ...}]},
    zoho_books={"contacts": [...]},
    rules={"customer_key_map": [{...}]},  # replaces the rows of a seed
    history={"fct_customer_risk": [{...}]},  # finished dates
).run(upto="int_document_balances")
result.rows("select document_id, balance from intermediate.int_document_balances")
"""

import csv
import datetime
import functools
import itertools
import weakref
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pyarrow as pa

from orchestration.building import restatements
from orchestration.building.contracts import contract_shape
from orchestration.default_model import storing
from orchestration.landing.ledger import raw_shape
from tests.support.project import DBT_DIR, RULES_DIR, Project, compiled_project

Rows = Sequence[Mapping[str, Any]]
_RUN = {
    "context": "as_of_date date, known_at timestamp, run_id varchar, rules_version varchar, base_currency varchar",
    "settings": "rules_date date, base_currency varchar",
    "restatements": restatements.COLUMNS,
    "source_files": "source varchar, entity varchar, file varchar, batch_id varchar, loaded_at timestamp,"
    " snapshot_date date, rows_in_file bigint, rows_loaded bigint, rows_quarantined bigint, rows_filtered bigint,"
    " last_date date, status varchar",
    "control_sums": "source varchar, entity varchar, column_name varchar, currency varchar,"
    " control_sum decimal(38, 6)",
    "pd_candidates": storing.CANDIDATES,
    "pd_coefficients": storing.COEFFICIENTS,
    "quarantine": "source varchar, entity varchar, file varchar, line bigint, column_name varchar, rule varchar,"
    " reason_code varchar",
}
_CONTEXT = ("as_of", "base_currency", "rules_version", "run_id")
_NUMBERS = itertools.count()
_RULE_DEFAULTS = {"rules_version": "2026.1", "effective_from": "1900-01-01", "owner": "test"}


@functools.cache
def project() -> Project:
    """The compiled dbt project, once for each test process."""
    return compiled_project()


@dataclass(frozen=True)
class Result:
    """Built models of one scenario, queried as <schema>.<model>."""

    connection: duckdb.DuckDBPyConnection
    database: str

    def own(self, sql: str) -> str:
        """A model's SQL, reading this scenario's tables."""
        return sql.replace('"warehouse".', f"{self.database}.")

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """All rows of a query, each as a dict."""
        cursor = self.connection.execute(sql)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def one(self, sql: str) -> dict[str, Any]:
        """The only row of a query. Raises AssertionError unless there is exactly one."""
        rows = self.rows(sql)
        assert len(rows) == 1, f"{len(rows)} rows instead of one"
        return rows[0]

    def value(self, sql: str) -> Any:
        """The only value of a query."""
        (value,) = self.one(sql).values()
        return value


@dataclass(frozen=True)
class Scenario:
    """Landed rows by entity, one field for each source system; other cells are null, the load's columns filled in."""

    as_of: str = "2026-06-30"
    base_currency: str = "CNY"
    rules_version: str = "2026.1"
    run_id: str = "r0000000000ab"
    files: Mapping[str, Rows] = field(default_factory=dict)
    zoho_crm: Mapping[str, Rows] = field(default_factory=dict)
    zoho_books: Mapping[str, Rows] = field(default_factory=dict)
    fxiaoke: Mapping[str, Rows] = field(default_factory=dict)
    erpnext: Mapping[str, Rows] = field(default_factory=dict)
    history: Mapping[str, Rows] = field(default_factory=dict)
    run_tables: Mapping[str, Rows] = field(default_factory=dict)
    rules: Mapping[str, Rows] = field(default_factory=dict)

    def run(self, upto: str | Iterable[str] | None = None) -> Result:
        """Build the named models and all they need (every model for None). Raises KeyError for unknown names.

        What no given row reaches is the same in every scenario: it is built once for the process and only read.
        """
        models = project().upto([upto] if isinstance(upto, str) else upto)
        empty = "" if self == Scenario() else _nothing_landed().database
        name, connection = _attached()
        result = Result(connection, name)
        weakref.finalize(result, _detach, name, connection)
        for schema in sorted({model.schema for model in models} | {"raw", "run", "history", "rules"}):
            connection.execute(f"create schema {schema}")
        own: set[tuple[str, str] | str] = set()

        def shared(schema: str, table: str) -> None:
            connection.execute(f"create view {schema}.{table} as from {empty}.{schema}.{table}")

        for source, entity in sorted({source for model in models for source in model.sources}):
            if empty and not self._gives(source, entity):
                shared(*_relation(source, entity))
            else:
                own.add((source, entity))
                self._source(connection, source, entity)
        for seed in sorted({parent for model in models for parent in model.parents} & set(project().seeds)):
            if empty and seed not in self.rules:
                shared("rules", seed)
            else:
                own.add(seed)
                self._seed(connection, seed)
        for model in models:
            if empty and own.isdisjoint(model.parents) and own.isdisjoint(model.sources):
                shared(model.schema, model.name)
            else:
                own.add(model.name)
                connection.execute(f"create table {model.schema}.{model.name} as {result.own(model.sql)}")
        return result

    def _gives(self, source: str, entity: str) -> bool:
        """Whether the table differs from that of a scenario in which nothing was landed."""
        if source != "run":
            return bool(getattr(self, source).get(entity))
        if entity in ("context", "settings"):
            unlike = Scenario()
            return any(getattr(self, name) != getattr(unlike, name) for name in _CONTEXT)
        return bool(self.run_tables.get(entity))

    def _source(self, connection: duckdb.DuckDBPyConnection, source: str, entity: str) -> None:
        if source == "run":
            context = {
                "as_of_date": self.as_of,
                "known_at": f"{self.as_of} 22:00:00",
                "run_id": self.run_id,
                "rules_version": self.rules_version,
                "base_currency": self.base_currency,
            }
            settings = {"rules_date": self.as_of, "base_currency": self.base_currency}
            given = {"context": [context], "settings": [settings]}
            rows = given.get(entity) or self.run_tables.get(entity, ())
            _table(connection, f"run.{entity}", _columns(_RUN[entity]), rows)
        elif source == "history":
            _table(
                connection,
                f"history.{entity}",
                dict(contract_shape(DBT_DIR, entity)),
                self.history.get(entity, ()),
            )
        else:
            loaded = {"_batch_id": "batch", "_file": f"{entity}.csv", "_loaded_at": f"{self.as_of} 21:00:00"}
            rows = getattr(self, source).get(entity, ())
            rows = [{**loaded, "_line": number, **row} for number, row in enumerate(rows, 2)]
            _table(connection, f"raw.{source}__{entity}", dict(raw_shape(source, entity)), rows)

    def _seed(self, connection: duckdb.DuckDBPyConnection, seed: str) -> None:
        columns = _seed_columns(seed)
        if seed in self.rules:
            rows = [
                {**{k: v for k, v in _RULE_DEFAULTS.items() if k in columns}, **row}
                for row in self.rules[seed]
            ]
        else:
            rows = _seed_rows(seed)
        _table(connection, f"rules.{seed}", columns, rows)


@functools.cache
def _engine() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    connection.execute("set threads = 1; set timezone = 'UTC'")
    return connection


def _attached() -> tuple[str, duckdb.DuckDBPyConnection]:
    name = f"warehouse_{next(_NUMBERS)}"
    connection = _engine().cursor()
    connection.execute(f"set timezone = 'UTC'; attach ':memory:' as {name}; use {name}")
    return name, connection


def _detach(name: str, connection: duckdb.DuckDBPyConnection) -> None:
    connection.close()
    _engine().execute(f"detach {name}")


@functools.cache
def _nothing_landed() -> Result:
    return Scenario().run()


def _relation(source: str, entity: str) -> tuple[str, str]:
    return (source, entity) if source in ("run", "history") else ("raw", f"{source}__{entity}")


def as_text(value: Any) -> str | None:
    """A cell as landing writes it: ISO dates, plain decimals, true/false."""
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return str(value)


def _columns(declaration: str) -> dict[str, str]:
    parts = declaration.replace("(38, 6)", "(38;6)").split(", ")
    return {name: kind.replace(";", ", ") for name, kind in (part.split(" ", 1) for part in parts)}


def _seed_columns(seed: str) -> dict[str, str]:
    with open(RULES_DIR / f"{seed}.csv", encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    types = project().seeds[seed]
    return {name: types.get(name, "varchar") for name in header}


@functools.cache
def _seed_rows(seed: str) -> list[dict[str, str | None]]:
    with open(RULES_DIR / f"{seed}.csv", encoding="utf-8", newline="") as file:
        return [{name: value or None for name, value in row.items()} for row in csv.DictReader(file)]


def _table(connection: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, str], rows: Rows) -> None:
    unknown = {key for row in rows for key in row} - set(columns)
    if unknown:
        raise KeyError(f"{name} has no column {', '.join(sorted(unknown))}; it has {', '.join(columns)}")
    declared = ", ".join(f"{column} {kind}" for column, kind in columns.items())
    connection.execute(f"create table {name} ({declared})")
    if not rows:
        return
    arrow = pa.table(
        {column: pa.array([as_text(row.get(column)) for row in rows], pa.string()) for column in columns}
    )
    connection.register("scenario_rows", arrow)
    casts = ", ".join(f"cast({column} as {kind}) as {column}" for column, kind in columns.items())
    connection.execute(f"insert into {name} select {casts} from scenario_rows")
    connection.unregister("scenario_rows")
