"""Metrics as MetricFlow answers them: its SQL, made without dbt, run on tables of a test or on a published file."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from types import SimpleNamespace
from typing import Any

import duckdb
from dbt_metricflow.cli.dbt_connectors.adapter_backed_client import AdapterBackedSqlClient
from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow_semantic_interfaces.protocols.semantic_manifest import SemanticManifest
from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

from orchestration.defs.dbt_manifest import semantic_manifest


@cache
def layer() -> SemanticManifest:
    """The semantic models and metrics of the project, parsed once a process."""
    return parse_manifest_from_dbt_generated_manifest(manifest_json_string=semantic_manifest())


@cache
def _engine() -> MetricFlowEngine:
    # Only the SQL is wanted here: of the adapter MetricFlow then asks no more than its type.
    client = AdapterBackedSqlClient(SimpleNamespace(type=lambda: "duckdb"))
    return MetricFlowEngine(semantic_manifest_lookup=SemanticManifestLookup(layer()), sql_client=client)


def query(
    connection: duckdb.DuckDBPyConnection,
    metrics: Sequence[str],
    by: Sequence[str] = (),
    where: Sequence[str] = (),
) -> list[tuple[Any, ...]]:
    """Rows of the metrics, dimensions first as in `by`, ordered by them; the connection's database is called bi.

    MetricFlow answers periods as timestamps: they are given back as dates.
    """
    request = MetricFlowQueryRequest.create(
        metric_names=metrics, group_by_names=by or None, where_constraints=where or None
    )
    sql = _engine().explain(request).sql_statement.without_descriptions.sql
    names = ", ".join(f'"{name}"' for name in [*by, *metrics])
    order = f" order by {', '.join(f'{place} nulls first' for place in range(1, len(by) + 1))}" if by else ""
    rows = connection.execute(f"select {names} from ({sql}){order}").fetchall()
    return [tuple(value.date() if isinstance(value, datetime) else value for value in row) for row in rows]
