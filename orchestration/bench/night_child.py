"""Child process of the bench: one night, phase by phase. Arguments: landing, warehouse, as_of, result file."""

import json
import sys
from datetime import date
from pathlib import Path

from orchestration.bench.measure import Measure, measured
from orchestration.errors import CrwError
from orchestration.night import Night, NightRequest
from orchestration.settings import Settings

PHASES = ("land", "plan", "build", "export", "audit", "publish")


def main(landing: str, warehouse: str, as_of: str, result: str) -> int:
    """Run the phases and write their measures as JSON."""
    settings = Settings.from_environment(landing=Path(landing), warehouse=Path(warehouse))
    measures: list[Measure] = []
    try:
        with Night.open(NightRequest(settings, date.fromisoformat(as_of))) as night:
            for phase in PHASES:
                with measured(phase, measures):
                    getattr(night, phase)()
    except CrwError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    Path(result).write_text(json.dumps([measure.as_dict() for measure in measures]))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
