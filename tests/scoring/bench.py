"""Some models alone, such as scoring, on tables a test writes: many customers in memory in a fraction of a second."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from tests.support.project import DBT_DIR
from tests.support.warehouse import Scenario, project

AS_OF = date(2026, 6, 30)

Rows = Iterable[Mapping[str, Any]]


def models_of(folder: str) -> set[str]:
    """Names of the intermediate models of one folder."""
    return {path.stem for path in (DBT_DIR / "models" / "intermediate" / folder).glob("*.sql")}


class ScoringBench:
    """An in-memory warehouse holding the rule tables of seeds/rules as of AS_OF. One test at a time.

    `layer` names the models that run; every model they read outside of it is a table that a test writes.
    """

    def __init__(self, layer: Iterable[str] = ()) -> None:
        layer = set(layer) or models_of("scoring")
        self._models = [model for model in project().models if model.name in layer]
        # Built once without any landed row: every table before the scoring layer is there, with its columns.
        self._warehouse = Scenario(as_of=str(AS_OF)).run([model.name for model in self._models])
        self._db = self._warehouse.connection
        schemas = {model.name: model.schema for model in project().models}
        given = {parent for model in self._models for parent in model.parents} - layer
        # Rule tables stay as they are in seeds/rules, but for the registers: they are facts of single customers.
        kept = ("stg_rules__", "stg_run__")
        registers = {"stg_rules__risk_overrides", "stg_rules__risk_reviews"}
        self._inputs = {
            f"{schemas[name]}.{name}": self._columns(f"{schemas[name]}.{name}")
            for name in sorted(given)
            if name in registers or not name.startswith(kept)
        }
        self._outputs = {model.name: self._columns(f"{model.schema}.{model.name}") for model in self._models}

    def _columns(self, relation: str) -> dict[str, str]:
        return {row["column_name"]: row["column_type"] for row in self.rows(f"describe {relation}")}

    def scores(self, **tables: Rows) -> dict[str, dict[str, Any]]:
        """Scores and tiers by customer key, of the given input tables."""
        self.run(**tables)
        tiers, scores = "intermediate.int_customer_tiers", "intermediate.int_composite_scores"
        rows = self.rows(f"select * from {scores} inner join {tiers} using (customer_key)")
        return {row["customer_key"]: row for row in rows}

    def run(self, upto: str = "intermediate.int_customer_tiers", **tables: Rows) -> ScoringBench:
        """Write the given input tables (by model name; the others are empty) and run the models up to `upto`.

        A table of the layer itself may be given too: it then replaces its model.
        """
        for relation, columns in self._inputs.items():
            self._write(relation, columns, tables.pop(relation.split(".")[1], ()))
        for model in self._models:
            relation = f"{model.schema}.{model.name}"
            if model.name in tables:
                self._write(relation, self._outputs[model.name], tables.pop(model.name))
            else:
                self._db.execute(f"create or replace table {relation} as {self._warehouse.own(model.sql)}")
            if relation == upto:
                break
        if tables:
            raise ValueError(f"no such model: {sorted(tables)}")
        return self

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Result of a query, one dict a row."""
        cursor = self._db.execute(sql)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def _write(self, relation: str, columns: Mapping[str, str], rows: Rows) -> None:
        self._db.execute(
            f"create or replace table {relation} ({', '.join(f'{c} {t}' for c, t in columns.items())})"
        )
        rows = list(rows)
        unknown = {column for row in rows for column in row} - set(columns)
        if unknown:
            raise ValueError(f"{relation} has no column {', '.join(sorted(unknown))}")
        if rows:
            # Arrow, because inserts of single rows are most of a test's time
            arrays = {column: pa.array([row.get(column) for row in rows]) for column in columns}
            self._db.register("written", pa.table(arrays))
            casts = ", ".join(f"cast({column} as {kind}) as {column}" for column, kind in columns.items())
            self._db.execute(f"insert into {relation} select {casts} from written")
            self._db.unregister("written")
