"""The scoring models alone, on tables a test writes: dbt compiles them once, DuckDB runs them in memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb

from tests.rules.rule_tables import KEYS, RULES_DIR

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
AS_OF = date(2026, 6, 30)

# The columns the scoring models read of the models before them.
INPUTS: dict[str, dict[str, str]] = {
    "staging.stg_run__context": {
        "as_of_date": "date",
        "known_at": "timestamp",
        "run_id": "varchar",
        "rules_version": "varchar",
        "base_currency": "varchar",
    },
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
CONTEXT = {
    "as_of_date": AS_OF,
    "known_at": "2026-07-01 02:00:00",
    "run_id": "r0123456789ab",
    "rules_version": "2026.1",
    "base_currency": "CNY",
}

Rows = Iterable[Mapping[str, Any]]


def compile_models(folder: Path) -> list[tuple[str, str]]:
    """(schema.name, SQL) of the rule stagings and the scoring models, in an order in which each can run.

    `folder` takes dbt's target. dbt runs in a process of its own, so that its global state stays out of the tests.
    """
    environment = {**os.environ, "CRW_BUILD_DB": str(folder / "warehouse.duckdb")}
    arguments = [
        *("compile", "--quiet", "--no-introspect", "--no-populate-cache", "--profiles-dir", str(PROJECT)),
        *("--project-dir", str(PROJECT), "--target-path", str(folder / "target"), "--log-path", str(folder)),
        *("--select", "staging.rules", "intermediate.scoring"),
    ]
    run = [sys.executable, "-c", "import sys; from dbt.cli.main import cli; cli(sys.argv[1:])", *arguments]
    subprocess.run(run, env=environment, check=True, capture_output=True, timeout=300)
    nodes = json.loads((folder / "target" / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    compiled = {
        key: node
        for key, node in nodes.items()
        if node["resource_type"] == "model" and node.get("compiled_code")
    }
    order = TopologicalSorter(
        {key: node["depends_on"]["nodes"] for key, node in compiled.items()}
    ).static_order()
    return [
        (f"{compiled[key]['schema']}.{compiled[key]['name']}", compiled[key]["compiled_code"])
        for key in order
        if key in compiled
    ]


@dataclass
class ScoringBench:
    """An in-memory warehouse holding the rule tables of seeds/rules. One test at a time."""

    models: Sequence[tuple[str, str]]

    def __post_init__(self) -> None:
        self._db = duckdb.connect()
        self._db.execute("set threads = 1")
        self._db.execute("attach ':memory:' as warehouse")
        self._db.execute("use warehouse")
        for schema in ("rules", "staging", "intermediate"):
            self._db.execute(f"create schema {schema}")
        for table in KEYS:
            path = RULES_DIR / f"{table}.csv"
            self._db.execute(
                f"create table rules.{table} as from read_csv('{path}', all_varchar = true, header = true)"
            )

    def run(self, upto: str = "intermediate.int_customer_tiers", **tables: Rows) -> ScoringBench:
        """Write the given input tables (by model name; the others are empty) and run the models up to `upto`.

        A table of the scoring layer itself may be given too: it then replaces its model.
        """
        given = {"stg_run__context": [CONTEXT], **tables}
        for relation, columns in INPUTS.items():
            self._write(relation, columns, given.pop(relation.split(".")[1], ()))
        for relation, sql in self.models:
            name = relation.split(".")[1]
            if name in given:
                rows = list(given.pop(name))
                self._write(relation, _types(rows), rows)
            else:
                self._db.execute(f"create or replace table {relation} as {sql}")
            if relation == upto:
                break
        if given:
            raise ValueError(f"no such model: {sorted(given)}")
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
        values = [[row.get(column) for column in columns] for row in rows]
        if values:
            marks = ", ".join("?" for _ in columns)
            self._db.executemany(f"insert into {relation} values ({marks})", values)


def _types(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    names = {str: "varchar", int: "integer", float: "double", bool: "boolean", date: "date"}
    return {column: names[type(value)] for column, value in rows[0].items()}
