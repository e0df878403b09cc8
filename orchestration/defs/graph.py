"""Asset specs from the dbt manifest: what each layer holds, who reads what."""

from collections.abc import Mapping
from functools import cache
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings

from orchestration.defs.dbt_manifest import dbt_manifest
from orchestration.defs.keys import AS_OF, SERVED, served_key, team
from orchestration.publishing.grain import meta_of

Node = Mapping[str, Any]


class Translator(DagsterDbtTranslator):
    """Our names for dbt's nodes: key = schema/table, group = schema, owner = meta.owner."""

    def __init__(self) -> None:
        # The audit's verdict feeds the checks: dbt's tests are not run a second time by Dagster.
        super().__init__(DagsterDbtTranslatorSettings(enable_asset_checks=False))

    def get_asset_key(self, dbt_resource_props: Node) -> dg.AssetKey:
        return node_key(dbt_resource_props)

    def get_group_name(self, dbt_resource_props: Node) -> str:
        return str(dbt_resource_props["schema"])

    def get_owners(self, dbt_resource_props: Node) -> list[str]:
        return team(meta_of(dbt_resource_props).get("owner"))

    def get_description(self, dbt_resource_props: Node) -> str:
        return str(dbt_resource_props["description"])

    def get_partitions_def(self, dbt_resource_props: Node) -> dg.PartitionsDefinition[Any]:
        return AS_OF


def node_key(node: Node) -> dg.AssetKey:
    """Asset key of a dbt node: where its table lies in the run's database."""
    return dg.AssetKey([node["schema"], node.get("identifier") or node.get("alias") or node["name"]])


@cache
def manifest() -> dict[str, Any]:
    """The manifest that this process was loaded with."""
    return dbt_manifest()


def model_specs() -> list[dg.AssetSpec]:
    """One spec for each rule table and each model, what is read before what reads it."""
    translator = Translator()
    nodes = manifest()["nodes"]
    reads = {
        unique_id: [parent for parent in node["depends_on"].get("nodes", []) if parent in nodes]
        for unique_id, node in sorted(nodes.items())
        if node["resource_type"] in ("seed", "model")
    }
    ordered = TopologicalSorter(reads).static_order()
    return [translator.get_asset_spec(manifest(), unique_id, None) for unique_id in ordered]


def sources(schema: str) -> list[Node]:
    """Source tables of one schema (raw, run or history), by name."""
    found = [node for node in manifest()["sources"].values() if node["schema"] == schema]
    return sorted(found, key=lambda node: node["unique_id"])


def marts(audience: str) -> list[dg.AssetKey]:
    """Keys of the marts that one audience reads."""
    assert audience in SERVED
    return [
        node_key(node)
        for _, node in sorted(manifest()["nodes"].items())
        if node["resource_type"] == "model"
        and node["schema"] == "marts"
        and audience in meta_of(node).get("audience", [])
    ]


def published_specs(freshness: dg.FreshnessPolicy) -> list[dg.AssetSpec]:
    """One spec for each published file; it depends on the marts of its audience."""
    return [
        dg.AssetSpec(
            served_key(audience),
            deps=marts(audience),
            group_name="published",
            description=f"current/{audience}.duckdb: the audited marts that {audience} reads.",
            kinds={"duckdb"},
            freshness_policy=freshness,
            partitions_def=AS_OF,
        )
        for audience in SERVED
    ]
