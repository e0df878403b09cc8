"""Rule tables and dbt models: one step builds them all, in one process and one new database."""

import json
from collections.abc import Iterator

import dagster as dg

from orchestration.defs import graph
from orchestration.defs.night import NightResource

SPECS = graph.model_specs()


@dg.multi_asset(specs=SPECS, name="build")
def build(night: NightResource) -> Iterator[dg.MaterializeResult]:
    """Build every model from scratch, then write the files for readers (not served yet)."""
    with night.phase("build") as run:
        folder = run.build()
    with night.phase("export") as run:
        tables = run.export()
    results = json.loads((folder / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
    seconds = {result["unique_id"].split(".")[-1]: result["execution_time"] for result in results}
    for spec in SPECS:
        name = spec.key.path[-1]
        metadata: dict[str, float | int] = {"seconds": round(seconds.get(name, 0.0), 3)}
        if name in tables:
            metadata["dagster/row_count"] = tables[name].rows
        yield dg.MaterializeResult(spec.key, metadata=metadata)
