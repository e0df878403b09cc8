"""The scoring models alone, on tables a test writes: many customers scored in memory in a fraction of a second."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa

from tests.rules.rule_tables import KEYS, RULES_DIR
from tests.support.project import DBT_DIR
from tests.support.warehouse import project

AS_OF = date(2026, 6, 30)

# The columns the scoring models read of the models before them.
INPUTS: dict[str, dict[str, str]] = {
    "staging.stg_history__customer_tiers": {
        "as_of_date": "date",
        "customer_key": "varchar",
        "risk_tier": "varchar",
    },
    "intermediate.int_customers": {"customer_key": "varchar", "is_in_crm": "boolean"},
    "intermediate.int_document_balances": {
        "customer_key": "varchar",
        "document_type": "varchar",
        "due_date": "date",
        "amount_base": "decimal(18, 2)",
        "balance_base": "decimal(18, 2)",
        "dpd": "integer",
    },
    "intermediate.int_customer_receivables": {
        "customer_key": "varchar",
        "overdue_balance": "decimal(18, 2)",
        "oldest_dpd": "integer",
        "utilisation": "double",
    },
    "intermediate.int_customer_payment_behaviour": {
        "customer_key": "varchar",
        "matured_documents": "integer",
        "late_share_count": "double",
        "late_share_amount": "double",
        "days_beyond_terms": "double",
    },
    "intermediate.int_customer_buying": {
        "customer_key": "varchar",
        "purchases": "integer",
        "purchases_180": "integer",
        "purchases_prior_365": "integer",
        "expected_180": "double",
        "recency_days": "integer",
        "tenure_days": "integer",
        "mean_gap_days": "double",
        "revenue_365": "decimal(18, 2)",
        "revenue_prior_365": "decimal(18, 2)",
    },
    "intermediate.int_customer_engagement": {
        "customer_key": "varchar",
        "won_365": "integer",
        "lost_365": "integer",
        "days_since_last_activity": "integer",
    },
}
CONTEXT_COLUMNS = {
    "as_of_date": "date",
    "known_at": "timestamp",
    "run_id": "varchar",
    "rules_version": "varchar",
    "base_currency": "varchar",
}
CONTEXT = {
    "as_of_date": AS_OF,
    "known_at": "2026-07-01 02:00:00",
    "run_id": "r0123456789ab",
    "rules_version": "2026.1",
    "base_currency": "CNY",
}

Rows = Iterable[Mapping[str, Any]]


class ScoringBench:
    """An in-memory warehouse holding the rule tables of seeds/rules as of AS_OF. One test at a time."""

    def __init__(self) -> None:
        self._db = duckdb.connect()
        self._db.execute("set threads = 1; attach ':memory:' as warehouse; use warehouse")
        for schema in ("rules", "staging", "intermediate"):
            self._db.execute(f"create schema {schema}")
        for table in KEYS:
            source = f"read_csv('{RULES_DIR / table}.csv', all_varchar = true, header = true)"
            self._db.execute(f"create table rules.{table} as from {source}")
        self._write("staging.stg_run__context", CONTEXT_COLUMNS, [CONTEXT])
        scoring = {path.stem for path in (DBT_DIR / "models" / "intermediate" / "scoring").glob("*.sql")}
        self._models = [model for model in project().models if model.name in scoring]
        for model in project().models:
            if model.name.startswith("stg_rules__") and model.parents[0] in KEYS:
                self._db.execute(f"create table staging.{model.name} as {model.sql}")

    def scores(self, **tables: Rows) -> dict[str, dict[str, Any]]:
        """Scores and tiers by customer key, of the given input tables."""
        self.run(**tables)
        tiers, scores = "intermediate.int_customer_tiers", "intermediate.int_composite_scores"
        rows = self.rows(f"select * from {scores} inner join {tiers} using (customer_key)")
        return {row["customer_key"]: row for row in rows}

    def run(self, upto: str = "intermediate.int_customer_tiers", **tables: Rows) -> ScoringBench:
        """Write the given input tables (by model name; the others are empty) and run the models up to `upto`.

        A table of the scoring layer itself may be given too: it then replaces its model.
        """
        for relation, columns in INPUTS.items():
            self._write(relation, columns, tables.pop(relation.split(".")[1], ()))
        for model in self._models:
            relation = f"intermediate.{model.name}"
            if model.name in tables:
                rows = list(tables.pop(model.name))
                self._write(relation, _types(rows), rows)
            else:
                self._db.execute(f"create or replace table {relation} as {model.sql}")
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
        if rows:
            # Arrow, because inserts of single rows are most of a test's time
            arrays = {column: pa.array([row.get(column) for row in rows]) for column in columns}
            self._db.register("written", pa.table(arrays))
            casts = ", ".join(f"cast({column} as {kind}) as {column}" for column, kind in columns.items())
            self._db.execute(f"insert into {relation} select {casts} from written")
            self._db.unregister("written")


def _types(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    names = {str: "varchar", int: "integer", float: "double", bool: "boolean", date: "date"}
    return {column: names[type(value)] for column, value in rows[0].items()}
