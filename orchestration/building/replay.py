"""Measures other dates over the documents a build already joined: the dated models' compiled SQL, once per date.

dbt built every model for the run's own date. What does not depend on the date (identities, documents as periods of
unchanged balance) stays; the models below the run's context are filled again for each date, oldest first and in
memory, and last for the run's own date in the build itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from orchestration.building.dated import DatedModel, dated_models, published_marts
from orchestration.building.plan import RunPlan
from orchestration.building.scratch import Scratch
from orchestration.building.workspace import connect_build, set_context, set_history
from orchestration.errors import BuildFailed
from orchestration.files import make_dirs
from orchestration.publishing.export import write_partition
from orchestration.publishing.history import FACT, MEASURED_TABLES
from orchestration.settings import Settings

_MONEY = """
    select sum(open_balance), sum(ageing_current + ageing_1_30 + ageing_31_60 + ageing_61_90 + ageing_91_120
        + ageing_over_120 + ageing_credit), (
        select coalesce(sum(balance_base), 0) from intermediate.int_document_states
        where valid_from <= $day and (valid_to is null or valid_to > $day)
    ) from {fact}
"""


def refill(connection: duckdb.DuckDBPyConnection, models: list[DatedModel], plan: RunPlan) -> None:
    """Fill tables of the build again by their compiled SQL; views follow alone. Raises BuildFailed."""
    for model in models:
        if not model.is_view:
            with _named(model, plan):
                _refill(connection, model)


def _refill(connection: duckdb.DuckDBPyConnection, model: DatedModel) -> None:
    if model.has_contract:
        # As dbt declared it, but anew: a table that was emptied keeps the statistics of its old rows, and the schema
        # of a partition follows them.
        schema, name = (part.strip('"') for part in model.relation.split(".")[-2:])
        declared = connection.execute(
            "select sql from duckdb_tables() where database_name = current_database() and schema_name = ?"
            " and table_name = ?",
            [schema, name],
        ).fetchall()[0][0]
        connection.execute(f"drop table {model.relation}")
        connection.execute(declared)
        connection.execute(f"insert into {model.relation} by name select * from ({model.sql}) as measured")
    else:
        connection.execute(f"create or replace table {model.relation} as {model.sql}")


@contextmanager
def _named(model: DatedModel, plan: RunPlan) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        # The engine's text may quote a row: its class has to do.
        raise BuildFailed(
            f"{model.name} could not be measured as of {plan.as_of}: {type(error).__name__}.",
            f"run `crw nightly --as-of {plan.as_of}` and read the build's logs.",
        ) from None


class Replay:
    """Measures any date in one build; a context manager that holds the build's database open to write."""

    def __init__(self, settings: Settings, build: Path, manifest: dict[str, Any]) -> None:
        self._build, self._dbt_dir = build, settings.dbt_dir
        self._measured = dated_models(manifest, MEASURED_TABLES)
        self._published = dated_models(manifest, published_marts(manifest))
        self.connection = connect_build(build, settings.memory_limit, settings.threads)
        self._scratch = Scratch(self.connection, self._measured)
        # Where the date measured last has its history tables.
        self._kept = [model for model in self._measured if model.grain]
        self._at: dict[str, str] = {}

    def __enter__(self) -> "Replay":
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.execute("checkpoint")
        self.connection.close()

    def measure(self, plan: RunPlan, earlier: dict[str, list[Path]], *, publish: bool = False) -> None:
        """Measure the plan's date; `publish` fills all that the marts are made of in the build, else the history
        tables in memory.

        `earlier`: partition files of dates before it, by history table. Raises BuildFailed when a table cannot be
        filled or the money of the date does not add up.
        """
        set_context(self.connection, plan)
        set_history(self.connection, self._dbt_dir, earlier)
        if publish:
            refill(self.connection, self._published, plan)
            self._at = {model.name: model.relation for model in self._kept}
        else:
            self._scratch.clear()
            for model in self._measured:
                with _named(model, plan):
                    self._scratch.fill(model)
            self._at = {model.name: self._scratch.relation(model.name) for model in self._kept}
        self._refuse_difference(plan)

    def _refuse_difference(self, plan: RunPlan) -> None:
        sums = self.connection.execute(_MONEY.format(fact=self._at[FACT]), {"day": plan.as_of}).fetchone()
        customers, ageing, documents = sums or ()
        if not customers == ageing == documents and (customers is not None or documents):
            raise BuildFailed(
                f"As of {plan.as_of} the customers' balances, their ageing and the documents differ in sum.",
                f"run `crw nightly --as-of {plan.as_of}`: its audit names the test that fails.",
            )

    def keep(self, plan: RunPlan) -> dict[str, Path]:
        """Write what was measured last as partitions into the build; returns the file of each table."""
        folder = self._build / "partitions" / plan.as_of.isoformat()
        make_dirs(folder)
        files = {}
        for model in self._kept:
            self._refuse_doubles(model, plan)
            files[model.name] = folder / f"{model.name}.parquet"
            write_partition(self.connection, self._at[model.name], model.grain, files[model.name])
        return files

    def _refuse_doubles(self, model: DatedModel, plan: RunPlan) -> None:
        """Raise BuildFailed for rows of the same grain: no dbt test looks at a date measured here."""
        columns = ", ".join(model.grain)
        doubles = f"select 1 from {self._at[model.name]} group by {columns} having count(*) > 1 limit 1"
        if self.connection.execute(doubles).fetchall():
            raise BuildFailed(
                f"{model.name} has doubled rows as of {plan.as_of}.",
                f"run `crw nightly --as-of {plan.as_of}`: its audit names the test that fails.",
            )

    def list_restatements(self, plan: RunPlan) -> None:
        """Fill mart_restatements from what was recorded. Raises BuildFailed."""
        listed = [model for model in self._published if model.name == "mart_restatements"]
        refill(self.connection, listed, plan)
