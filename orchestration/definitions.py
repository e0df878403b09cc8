"""Everything Dagster knows of the warehouse: this file only merges what `orchestration.defs` declares."""

import dagster as dg

from orchestration.defs import checks, landing, models, nightly, published, watching
from orchestration.defs.night import NightResource

defs = dg.Definitions(
    assets=[*landing.LANDING, *landing.HISTORY, landing.land, models.build, published.publish],
    asset_checks=[checks.audit],
    jobs=[nightly.NIGHTLY],
    schedules=[nightly.every_night],
    sensors=[nightly.night_failed, nightly.next_missed, watching.nights_watched],
    resources={"night": NightResource()},
)
