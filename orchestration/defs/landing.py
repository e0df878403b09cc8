"""Landing folders (not ours, only observed) and the raw entities that the door makes of them."""

from collections.abc import Iterator

import dagster as dg

from orchestration.defs import graph
from orchestration.defs.keys import AS_OF
from orchestration.defs.night import NightResource

_SOURCES = sorted({node["source_name"] for node in graph.sources("raw")})


def _landing_key(source: str) -> dg.AssetKey:
    return dg.AssetKey(["landing", source])


LANDING = [
    dg.AssetSpec(
        _landing_key(source),
        group_name="landing",
        description=f"Exports of {source} as the system wrote them.",
        kinds={"file"},
    )
    for source in _SOURCES
]
_RAW = [
    dg.AssetSpec(
        graph.node_key(node),
        deps=[_landing_key(node["source_name"])],
        group_name="raw",
        description=node["description"]
        or f"{node['name']} of {node['source_name']}: strict, pseudonymous, all text.",
        kinds={"parquet"},
        partitions_def=AS_OF,
        metadata={"source": node["source_name"], "entity": node["name"]},
    )
    for node in graph.sources("raw")
]
_RUN = [
    dg.AssetSpec(
        graph.node_key(node),
        deps=[spec.key for spec in _RAW] if node["name"] != "context" else [],
        group_name="run",
        description=node["description"] or f"Facts of the run: {node['name']}.",
        kinds={"duckdb"},
        partitions_def=AS_OF,
    )
    for node in graph.sources("run")
]
# Written by earlier nights' publishing: shown, never made by this run.
HISTORY = [
    dg.AssetSpec(
        graph.node_key(node),
        group_name="history",
        description=node["description"] or "Finished partitions of earlier dates, read back.",
        kinds={"parquet"},
    )
    for node in graph.sources("history")
]


@dg.multi_asset(specs=[*_RAW, *_RUN], name="land")
def land(night: NightResource) -> Iterator[dg.MaterializeResult]:
    """Land the delivery, refuse bad files, choose the batches known: rows loaded, quarantined or filtered."""
    with night.phase("land") as run:
        run.land()
    with night.phase("plan") as run:
        loads = run.plan().loads
    for spec in _RAW:
        own = [
            load
            for load in loads
            if (load.source, load.entity) == (spec.metadata["source"], spec.metadata["entity"])
        ]
        counts = {
            name: sum(getattr(load, name) for load in own)
            for name in ("rows_in_file", "rows_loaded", "rows_quarantined", "rows_filtered")
        }
        rows = counts["rows_loaded"]
        yield dg.MaterializeResult(
            spec.key, metadata={**counts, "batches": len(own), "dagster/row_count": rows}
        )
    for spec in _RUN:
        yield dg.MaterializeResult(spec.key, metadata={"batches": len(loads)})
