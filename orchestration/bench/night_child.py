"""Child process of the bench: a night, then a backfill. Arguments: landing, warehouse, as_of, dates, result."""

import json
import sys
from datetime import date
from pathlib import Path

from orchestration.bench.measure import Measure, measured
from orchestration.building.inputs import dbt_manifest
from orchestration.cli.backfill import Every, dates_between
from orchestration.errors import CrwError
from orchestration.night import Night, NightRequest
from orchestration.settings import Settings

PHASES = ("land", "plan", "build", "export", "audit", "publish")
# Beginnings of the phases that come after the night.
BACKFILL, BUILD_AFTER, VALIDATION = "backfill of", "build after", "validations at"


def main(landing: str, warehouse: str, as_of: str, dates: str, result: str) -> int:
    """Run the phases of one night, then backfill the last `dates` month-ends and build over them."""
    settings = Settings.from_environment(landing=Path(landing), warehouse=Path(warehouse))
    day = date.fromisoformat(as_of)
    measures: list[Measure] = []
    try:
        with Night.open(NightRequest(settings, day)) as night:
            for phase in PHASES:
                with measured(phase, measures):
                    getattr(night, phase)()
        if int(dates):
            backfill(settings, day, int(dates), measures)
            validate(settings, day, int(dates), measures)
    except CrwError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    Path(result).write_text(json.dumps([measure.as_dict() for measure in measures]))
    return 0


def backfill(settings: Settings, as_of: date, count: int, measures: list[Measure]) -> None:
    """Publish the last `count` month-ends before as_of, as `crw backfill` does, all but landing."""
    first = date(as_of.year - count // 12 - 1, as_of.month, 1)
    days = [day for day in dates_between(first, as_of, Every.month) if day < as_of][-count:]
    with (
        Night.open(NightRequest(settings, as_of, dates=tuple(days), lands=False)) as night,
        measured(f"{BACKFILL} {len(days)} month-ends", measures),
    ):
        for phase in PHASES[1:]:
            getattr(night, phase)()


def validate(settings: Settings, as_of: date, count: int, measures: list[Measure]) -> None:
    """Build a night over the dates of the backfill, and say how much of it judges the scores of all of them."""
    with Night.open(NightRequest(settings, as_of, lands=False)) as night:
        night.plan()
        with measured(f"{BUILD_AFTER} the backfill", measures):
            build = night.build()
        seconds = validation_seconds(build)
        # Nothing is published of it: the run ends here and the next one cleans up.
        measures.append(Measure(f"{VALIDATION} {count} month-ends", seconds, measures[-1].peak_bytes))


def validation_seconds(build: Path) -> float:
    """Seconds of a build that went into the models of validation and the marts made of them."""
    nodes = dbt_manifest(build)["nodes"]
    models = {
        key
        for key, node in nodes.items()
        if node["resource_type"] == "model" and node["path"].startswith("intermediate/validation/")
    }
    marts = {
        key
        for key, node in nodes.items()
        if node["path"].startswith("marts/") and models.intersection(node["depends_on"]["nodes"])
    }
    results = json.loads((build / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
    return sum(found["execution_time"] for found in results if found["unique_id"] in models | marts)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
