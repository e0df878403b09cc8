"""Where a warehouse stands: which nights are missing, and whether the run under the lock takes longer than usual."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from orchestration import clock
from orchestration.publishing import lock
from orchestration.publishing.runs import read_runs
from orchestration.publishing.versions import base_version

# A longer gap is a backfill: one build measures all its dates, where catching up builds one after the other.
MOST_CAUGHT_UP = 31
_RUNS_COMPARED = 10
# A phase is slow beyond twice its usual time and a minute; below that a busy disk explains it.
_SLOW_FACTOR, _SLOW_SECONDS = 2, 60


def missed_dates(warehouse: Path, until: date) -> list[date]:
    """Business dates after the newest finished one, up to `until`, in order.

    Only `until` in a new warehouse or after a gap of more than MOST_CAUGHT_UP days; none when it is finished.
    """
    served = base_version(warehouse)
    if served is None:
        return [until]
    manifest = served.manifest
    newest = max([manifest.as_of_date, *(day for dates in manifest.history.values() for day in dates)])
    gap = (until - newest).days
    if gap > MOST_CAUGHT_UP:
        return [until]
    return [newest + timedelta(days=number) for number in range(1, gap + 1)]


@dataclass(frozen=True)
class Running:
    """The run that holds the lock: its text, seconds in its phase, and the usual seconds of it (None: unknown)."""

    facts: dict[str, Any]
    seconds: float | None
    usual: float | None

    @property
    def slow(self) -> bool:
        """Whether the phase takes longer than usual."""
        if self.seconds is None or self.usual is None:
            return False
        return self.seconds > _SLOW_FACTOR * self.usual + _SLOW_SECONDS

    @property
    def text(self) -> str:
        """Who runs, in which phase since when, and whether that is longer than usual."""
        told = lock.describe(self.facts)
        if self.seconds is None:
            return told
        phase = self.facts["phase"]
        usual = f", usually {_duration(self.usual)}" if self.usual is not None else ""
        told += f" In {phase} for {_duration(self.seconds)}{usual}."
        return f"{told} Longer than usual." if self.slow else told


def running(warehouse: Path, now: datetime) -> Running | None:
    """Return who holds the lock now, or None."""
    facts = lock.holder(warehouse)
    if facts is None:
        return None
    phase = facts.get("phase", "")
    seconds = None
    if since := facts.get("phase_since"):
        seconds = max(0.0, (now - clock.parse_moment(since)).total_seconds())
    published = [run for run in read_runs(warehouse) if run.status == "published" and phase in run.seconds]
    times = [run.seconds[phase] for run in published[:_RUNS_COMPARED]]
    return Running(facts, seconds, median(times) if times else None)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return (
        f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
    )
