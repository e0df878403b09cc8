"""What dbt's manifest says of a mart: its meta, and the columns that name a row."""

from collections.abc import Mapping
from typing import Any

from orchestration.building.sql import identifier
from orchestration.errors import BuildFailed


def meta_of(node: Mapping[str, Any]) -> dict[str, Any]:
    """The `meta` of a node, whichever way its properties give it."""
    return {**node.get("meta", {}), **node.get("config", {}).get("meta", {})}


def grain_of(node: dict[str, Any]) -> tuple[str, ...]:
    """Columns that are unique together and never empty: the primary key, `meta.grain`, or the first `<name>_key`.

    Raises BuildFailed for a mart that has neither.
    """
    bound = [c["columns"] for c in node.get("constraints", []) if c["type"] == "primary_key"]
    keys = [[name] for name in node["columns"] if name.endswith("_key")]
    columns = next(filter(None, (*bound, meta_of(node).get("grain"), *keys)), [])
    if not columns or not set(columns) <= set(node["columns"]):
        raise BuildFailed(
            f"Mart {node['name']} has no grain.",
            "give it a surrogate key, a first column <name>_key, or name its columns in meta.grain.",
        )
    return tuple(columns)


def order_by(grain: tuple[str, ...]) -> str:
    """SQL that orders rows by their grain, the same on every engine."""
    return ", ".join(f"{identifier(column)} nulls first" for column in grain)
