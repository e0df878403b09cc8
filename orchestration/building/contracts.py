"""Columns of the published tables as their contracts declare them, read before dbt runs."""

from functools import cache
from pathlib import Path

import yaml

from orchestration.errors import ConfigurationError


@cache
def contract_shape(dbt_dir: Path, table: str) -> list[tuple[str, str]]:
    """Return a mart's columns as (name, SQL type). Raises ConfigurationError for a table without a contract."""
    for path in sorted((dbt_dir / "models" / "marts").rglob("*.yml")):
        for model in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("models", []):
            if model["name"] == table:
                columns = model.get("columns", [])
                untyped = [column["name"] for column in columns if not column.get("data_type")]
                if untyped:
                    raise ConfigurationError(
                        f"{path.name}: {table}.{untyped[0]} has no data_type.",
                        "a published table declares the type of every column.",
                    )
                return [(column["name"], column["data_type"]) for column in columns]
    raise ConfigurationError(
        f"No model of the marts is called {table}.", "describe it in its folder's _models.yml."
    )
