"""Which models of a build depend on the date measured: read from dbt's manifest, with their compiled SQL."""

from dataclasses import dataclass
from typing import Any

from orchestration.errors import BuildFailed
from orchestration.publishing.grain import grain_of
from orchestration.publishing.history import MEASURED_TABLES

_DATED_SOURCES = ("run.context", "history.")


@dataclass(frozen=True)
class DatedModel:
    """A model whose rows depend on the date: relation, compiled SQL, and the dated models it reads directly.

    `grain` are the columns that name a row of a history table, none of others.
    """

    name: str
    relation: str
    sql: str
    is_view: bool
    has_contract: bool
    grain: tuple[str, ...]
    reads: tuple[str, ...]


def dated_models(
    manifest: dict[str, Any], targets: tuple[str, ...], sources: tuple[str, ...] = _DATED_SOURCES
) -> list[DatedModel]:
    """Return the models that depend on the date and that `targets` are made of, parents first.

    `sources` are beginnings of the names of source tables that change: those of the date unless told otherwise.
    Raises BuildFailed for a target the project does not have.
    """
    models = {k: n for k, n in manifest["nodes"].items() if n["resource_type"] == "model"}
    by_name = {node["name"]: key for key, node in models.items()}
    for name in targets:
        if name not in by_name:
            raise BuildFailed(f"dbt built no {name}.", "every history table is a model of the marts.")
    changing = {
        key
        for key, source in manifest["sources"].items()
        if f"{source['source_name']}.{source['name']}".startswith(sources)
    }
    found: dict[str, DatedModel] = {}
    for key in _parents_first([by_name[name] for name in targets], models):
        node = models[key]
        parents = node["depends_on"]["nodes"]
        reads = tuple(sorted(found[parent].name for parent in parents if parent in found))
        if not reads and not changing.intersection(parents):
            continue
        found[key] = DatedModel(
            name=node["name"],
            relation=node["relation_name"],
            sql=node["compiled_code"],
            is_view=node["config"]["materialized"] != "table",
            has_contract=bool(node["config"].get("contract", {}).get("enforced")),
            grain=grain_of(node) if node["name"] in MEASURED_TABLES else (),
            reads=reads,
        )
    return list(found.values())


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
