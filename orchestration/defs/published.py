"""What readers see: the files behind the `current` link, and how old they may get."""

from collections.abc import Iterator
from datetime import timedelta

import dagster as dg

from orchestration.defs import graph
from orchestration.defs.keys import SERVED, served_key
from orchestration.defs.night import NightResource

# One night every 24 h: 26 h leaves room for a slow one and warns of a missed one; 50 h is two missed nights.
FRESHNESS = dg.FreshnessPolicy.time_window(warn_window=timedelta(hours=26), fail_window=timedelta(hours=50))


@dg.multi_asset(specs=graph.published_specs(FRESHNESS), name="publish")
def publish(night: NightResource) -> Iterator[dg.MaterializeResult]:
    """Serve the build by one swap of the `current` link; refuses without a passed verdict."""
    with night.phase("publish") as run:
        version = run.publish()
    for audience in SERVED:
        rows = [table.rows for table in version.manifest.tables.values() if audience in table.audience]
        metadata = {
            "version": version.name,
            "run_id": version.manifest.run_id,
            "tables": len(rows),
            "dagster/row_count": sum(rows),
        }
        yield dg.MaterializeResult(served_key(audience), metadata=metadata)
