"""What an audit looks at: one build folder, opened so that nothing in it can change."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from orchestration.protection.categories import Categories
from orchestration.publishing.grain import grain_of, meta_of
from orchestration.settings import Settings

_TEXT = "VARCHAR"


@dataclass(frozen=True)
class Mart:
    """A published table as dbt's manifest describes it."""

    name: str
    owner: str
    audience: tuple[str, ...]
    grain: tuple[str, ...]
    required: list[str]
    may_be_empty: bool = False


@dataclass(frozen=True)
class Subject:
    """One build: its database, plan and dbt manifest; `settings` name the warehouse it belongs to."""

    build: Path
    settings: Settings

    @property
    def database(self) -> Path:
        """The build's DuckDB file."""
        return self.build / "warehouse.duckdb"

    @property
    def exports(self) -> list[Path]:
        """Files for readers that lie in the build, not yet served."""
        return sorted((self.build / "export").glob("*.duckdb"))

    @cached_property
    def plan(self) -> dict[str, Any]:
        """The run's plan.json. Raises OSError, ValueError."""
        return json.loads((self.build / "plan.json").read_text(encoding="utf-8"))

    @cached_property
    def loads(self) -> list[dict[str, Any]]:
        """Landed batches this run reads."""
        return self.plan["loads"]

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """dbt's manifest of the build. Raises OSError, ValueError."""
        return json.loads((self.build / "target" / "manifest.json").read_text(encoding="utf-8"))

    @cached_property
    def categories(self) -> Categories:
        """The data categories and the column dictionary."""
        return Categories.load(self.settings.rules_dir)

    @cached_property
    def marts(self) -> list[Mart]:
        """The published marts: models with an audience."""
        found = []
        for node in self.manifest["nodes"].values():
            meta = meta_of(node)
            if node["resource_type"] != "model" or node["schema"] != "marts":
                continue
            found.append(
                Mart(
                    node["name"],
                    meta.get("owner", ""),
                    tuple(meta.get("audience", ())),
                    grain_of(node),
                    ["as_of_date"],
                    bool(meta.get("may_be_empty", False)),
                )
            )
        return sorted(found, key=lambda mart: mart.name)

    @property
    def options(self) -> dict[str, str]:
        """DuckDB settings of every connection of the audit, so that it keeps to the run's means."""
        return {
            "memory_limit": self.settings.memory_limit,
            "threads": str(self.settings.threads),
            "temp_directory": os.environ.get("CRW_TEMP_DIR") or str(self.build / "tmp"),
        }

    @contextmanager
    def connect(self, database: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the build's database, or a file for readers, read-only."""
        config: dict[str, Any] = dict(self.options)
        with duckdb.connect(str(database or self.database), read_only=True, config=config) as connection:
            yield connection


def tables(
    connection: duckdb.DuckDBPyConnection, schemas: tuple[str, ...]
) -> dict[tuple[str, str], dict[str, str]]:
    """Tables and views of some schemas: (schema, table) -> column -> type, in column order."""
    rows = connection.execute(
        "select table_schema, table_name, column_name, data_type from information_schema.columns"
        " where table_catalog = current_database() order by table_schema, table_name, ordinal_position"
    ).fetchall()
    found: dict[tuple[str, str], dict[str, str]] = {}
    for schema, table, column, kind in rows:
        if schema in schemas:
            found.setdefault((schema, table), {})[column] = kind
    return found


def is_text(kind: str) -> bool:
    """Whether a DuckDB type can hold text, also inside a list or struct."""
    return _TEXT in kind.upper() or kind.upper() == "JSON"


def quoted(name: str) -> str:
    """SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
