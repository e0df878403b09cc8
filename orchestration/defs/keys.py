"""Names shared by all definitions: asset keys are <schema>/<table>, groups are the layers."""

import dagster as dg

from orchestration.protection.audiences import AUDIENCES
from orchestration.settings import Settings

SETTINGS = Settings.from_environment()

# The first date is older than any export we know of; a partition exists once its day has ended in the time zone.
AS_OF = dg.DailyPartitionsDefinition(start_date="2010-01-01", timezone=SETTINGS.timezone)
# Tag in which Dagster keeps the partition of a run: the business date.
PARTITION = "dagster/partition"
SERVED = tuple(AUDIENCES)


def served_key(audience: str) -> dg.AssetKey:
    """Key of a published file, e.g. published/finance."""
    return dg.AssetKey(["published", audience])


def team(owner: str | None) -> list[str]:
    """Dagster's form of an owner named in the models: a team."""
    return [f"team:{owner.replace(' ', '_')}"] if owner else []
