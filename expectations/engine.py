"""Great Expectations on a read-only DuckDB file: the one patch it needs, its telemetry and progress bars off."""

import enum
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read at import

import great_expectations as gx
import great_expectations.expectations as gxe
from great_expectations.datasource.fluent import SQLDatasource
from great_expectations.datasource.fluent.sql_datasource import QueryAsset, TableAsset
from great_expectations.execution_engine import sqlalchemy_execution_engine as _engine

__all__ = ["ExpectationEngine", "QueryAsset", "TableAsset", "gx", "gxe", "open_engine"]

# A DuckDB connection has to outlive a query: without this, its temporary tables are gone before they are judged.
_engine._PERSISTED_CONNECTION_DIALECTS = (
    *_engine._PERSISTED_CONNECTION_DIALECTS,
    enum.StrEnum("_Dialect", {"DUCKDB": "duckdb"}).DUCKDB,  # type: ignore[attr-defined]
)
# Its log prints queries and error texts, which may quote a row.
logging.getLogger("great_expectations").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class ExpectationEngine:
    """An ephemeral context and one read-only data source in it."""

    context: gx.data_context.EphemeralDataContext
    datasource: SQLDatasource


@contextmanager
def open_engine(database: Path, options: dict[str, str] | None = None) -> Iterator[ExpectationEngine]:
    """Open a DuckDB file for expectations; `options` are DuckDB settings such as memory_limit."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    query = urlencode({"access_mode": "read_only", **(options or {})})
    datasource = context.data_sources.add_sql("build", connection_string=f"duckdb:///{database}?{query}")
    try:
        yield ExpectationEngine(context, datasource)
    finally:
        engine = datasource.get_execution_engine()
        engine.close()
        datasource.get_engine().dispose()
