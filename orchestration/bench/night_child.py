"""Child process of the bench: a night, then a backfill. Arguments: landing, warehouse, as_of, dates, result."""

import json
import sys
from datetime import date
from pathlib import Path

from orchestration.bench.measure import Measure, measured
from orchestration.cli.backfill import Every, dates_between
from orchestration.errors import CrwError
from orchestration.night import Night, NightRequest
from orchestration.settings import Settings

PHASES = ("land", "plan", "build", "export", "audit", "publish")


def main(landing: str, warehouse: str, as_of: str, dates: str, result: str) -> int:
    """Run the phases of one night, then measure the last `dates` month-ends over the build of another."""
    settings = Settings.from_environment(landing=Path(landing), warehouse=Path(warehouse))
    day = date.fromisoformat(as_of)
    measures: list[Measure] = []
    try:
        with Night.open(NightRequest(settings, day)) as night:
            for phase in PHASES:
                with measured(phase, measures):
                    getattr(night, phase)()
        if int(dates):
            measures.append(backfill(settings, day, int(dates)))
    except CrwError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    Path(result).write_text(json.dumps([measure.as_dict() for measure in measures]))
    return 0


def backfill(settings: Settings, as_of: date, count: int) -> Measure:
    """Seconds that measuring the last `count` month-ends before as_of adds to a build, and its peak."""
    first = date(as_of.year - count // 12 - 1, as_of.month, 1)
    days = [day for day in dates_between(first, as_of, Every.month) if day < as_of][-count:]
    peak: list[Measure] = []
    with Night.open(NightRequest(settings, as_of, dates=tuple(days), lands=False)) as night:
        night.plan()
        with measured("build", peak):
            night.build()
        seconds = night.seconds["measure"]
        # Nothing is published of it: the run ends here and the next one cleans up.
        return Measure(f"{len(days)} month-ends more", seconds, peak[0].peak_bytes)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
