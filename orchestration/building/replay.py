"""Measures other dates over the documents a build already joined: the dated models' compiled SQL, once per date.

dbt built every model for the run's own date. What does not depend on the date (identities, documents as periods of
unchanged balance) stays; the tables below the run's context are filled again for each date, oldest first, and last
for the run's own date.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.building.plan import RunPlan
from orchestration.building.workspace import connect_build, set_context, set_history
from orchestration.errors import BuildFailed
from orchestration.files import make_dirs
from orchestration.publishing.export import write_partition
from orchestration.publishing.grain import grain_of
from orchestration.publishing.history import MEASURED_TABLES
from orchestration.settings import Settings

_DATED_SOURCES = ("run.context", "history.")
_MONEY = """
    select sum(open_balance), sum(ageing_current + ageing_1_30 + ageing_31_60 + ageing_61_90 + ageing_91_120
        + ageing_over_120 + ageing_credit), (
        select coalesce(sum(balance_base), 0) from intermediate.int_document_states
        where valid_from <= $day and (valid_to is null or valid_to > $day)
    ) from marts.fct_customer_risk
"""


@dataclass(frozen=True)
class DatedTable:
    """A table of the build that depends on the date measured: relation, compiled SQL, whether a contract binds it.

    `grain` are the columns that name a row of a history table, none of others.
    """

    name: str
    relation: str
    sql: str
    has_contract: bool
    grain: tuple[str, ...]


def dated_tables(
    manifest: dict[str, Any], targets: tuple[str, ...], sources: tuple[str, ...] = _DATED_SOURCES
) -> list[DatedTable]:
    """Return the tables that depend on the date and that `targets` are made of, parents first; views follow alone.

    `sources` are beginnings of the names of source tables that change: those of the date unless told otherwise.
    Raises BuildFailed for a target the project does not have.
    """
    models = {k: n for k, n in manifest["nodes"].items() if n["resource_type"] == "model"}
    by_name = {node["name"]: key for key, node in models.items()}
    for name in targets:
        if name not in by_name:
            raise BuildFailed(f"dbt built no {name}.", "every history table is a model of the marts.")
    dated = {
        key
        for key, source in manifest["sources"].items()
        if f"{source['source_name']}.{source['name']}".startswith(sources)
    }
    found = []
    for key in _parents_first([by_name[name] for name in targets], models):
        node = models[key]
        if not dated.intersection(node["depends_on"]["nodes"]):
            continue
        dated.add(key)
        if node["config"]["materialized"] == "table":
            bound = bool(node["config"].get("contract", {}).get("enforced"))
            grain = grain_of(node) if node["name"] in MEASURED_TABLES else ()
            found.append(DatedTable(node["name"], node["relation_name"], node["compiled_code"], bound, grain))
    return found


def published_marts(manifest: dict[str, Any]) -> tuple[str, ...]:
    """Names of all marts of the project."""
    models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    return tuple(sorted(node["name"] for node in models if node["path"].startswith("marts/")))


def _parents_first(targets: list[str], models: dict[str, Any]) -> list[str]:
    done: dict[str, None] = {}

    def visit(key: str) -> None:
        if key in models and key not in done:
            for parent in sorted(models[key]["depends_on"]["nodes"]):
                visit(parent)
            done[key] = None

    for key in targets:
        visit(key)
    return list(done)


def fill(connection: duckdb.DuckDBPyConnection, table: DatedTable, plan: RunPlan) -> None:
    """Fill a table of the build again by its compiled SQL. Raises BuildFailed."""
    try:
        if table.has_contract:
            # The table stays, and with it its declared types and, where it still has them, its constraints.
            connection.execute(f"truncate table {table.relation}")
            connection.execute(
                f"insert into {table.relation} by name select * from ({table.sql}) as measured"
            )
        else:
            connection.execute(f"create or replace table {table.relation} as {table.sql}")
    except duckdb.Error as error:
        # The engine's text may quote a row: its class has to do.
        raise BuildFailed(
            f"{table.name} could not be measured as of {plan.as_of}: {type(error).__name__}.",
            f"run `crw nightly --as-of {plan.as_of}` and read the build's logs.",
        ) from None


def _short(relation: str) -> str:
    """`schema.table` of a relation as dbt writes it: quoted, with its database."""
    return ".".join(part.strip('"') for part in relation.split(".")[-2:])


class Replay:
    """Measures any date in one build; a context manager that holds the build's database open to write."""

    def __init__(self, settings: Settings, build: Path, manifest: dict[str, Any]) -> None:
        self._build, self._dbt_dir = build, settings.dbt_dir
        self._measured = dated_tables(manifest, MEASURED_TABLES)
        self._published = dated_tables(manifest, published_marts(manifest))
        self.connection = connect_build(build, settings.memory_limit, settings.threads)
        self._bound: dict[str, str] = {}

    def __enter__(self) -> "Replay":
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.execute("checkpoint")
        self.connection.close()

    def measure(self, plan: RunPlan, earlier: dict[str, list[Path]], *, publish: bool = False) -> None:
        """Fill the dated tables for the plan's date; `publish` all that the marts are made of, else the measured ones.

        `earlier`: partition files of dates before it, by history table. Raises BuildFailed when a table cannot be
        filled or the money of the date does not add up.
        """
        set_context(self.connection, plan)
        set_history(self.connection, self._dbt_dir, earlier)
        if publish:
            self._bind()
        else:
            self._unbind()
        for table in self._published if publish else self._measured:
            fill(self.connection, table, plan)
        customers, ageing, documents = self.connection.execute(_MONEY, {"day": plan.as_of}).fetchone() or ()
        if not customers == ageing == documents and (customers is not None or documents):
            raise BuildFailed(
                f"As of {plan.as_of} the customers' balances, their ageing and the documents differ in sum.",
                f"run `crw nightly --as-of {plan.as_of}`: its audit names the test that fails.",
            )

    def _unbind(self) -> None:
        """Take primary keys off the history tables: they double the time, and `keep` looks for doubles itself."""
        if self._bound:
            return
        declared = {
            f"{schema}.{name}": ddl
            for schema, name, ddl in self.connection.execute(
                "select schema_name, table_name, sql from duckdb_tables()"
            ).fetchall()
        }
        for table in self._measured:
            if table.name in MEASURED_TABLES and table.has_contract:
                self._bound[table.relation] = declared[_short(table.relation)]
                self.connection.execute(
                    f"create or replace table {table.relation} as from {table.relation} limit 0"
                )

    def _bind(self) -> None:
        """Make the tables again as dbt declared them: what is published meets its whole contract."""
        for relation, ddl in self._bound.items():
            self.connection.execute(f"drop table {relation}")
            self.connection.execute(ddl)
        self._bound = {}

    def keep(self, plan: RunPlan) -> dict[str, Path]:
        """Write what was measured last as partitions into the build; returns the file of each table."""
        folder = self._build / "partitions" / plan.as_of.isoformat()
        make_dirs(folder)
        files = {}
        for table in self._measured:
            if table.name in MEASURED_TABLES:
                self._refuse_doubles(table, plan)
                files[table.name] = folder / f"{table.name}.parquet"
                write_partition(self.connection, table.relation, table.grain, files[table.name])
        return files

    def _refuse_doubles(self, table: DatedTable, plan: RunPlan) -> None:
        """Raise BuildFailed for rows of the same grain: no dbt test looks at a date measured here."""
        columns = ", ".join(table.grain)
        doubles = f"select 1 from {table.relation} group by {columns} having count(*) > 1 limit 1"
        if self.connection.execute(doubles).fetchall():
            raise BuildFailed(
                f"{table.name} has doubled rows as of {plan.as_of}.",
                f"run `crw nightly --as-of {plan.as_of}`: its audit names the test that fails.",
            )

    def list_restatements(self, plan: RunPlan) -> None:
        """Fill mart_restatements from what was recorded. Raises BuildFailed."""
        fill(
            self.connection,
            next(table for table in self._published if table.name == "mart_restatements"),
            plan,
        )
