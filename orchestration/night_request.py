"""What a night is asked for, what it gives, and how it tells how far it is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from orchestration.auditing.verdict import Verdict
from orchestration.landing.ledger import Delivery
from orchestration.publishing.versions import Version
from orchestration.settings import Settings

Phase = Literal["land", "plan", "build", "measure", "export", "audit", "publish"]
Progress = Callable[[str, str, int, int], None]
"""progress(phase, step, done, total)"""


@dataclass(frozen=True)
class NightRequest:
    """What to run: `as_of` None = its default; `known_at` given = a replay that lands nothing.

    `dates` are other dates to measure beside as_of (a backfill); `lands` False takes what was landed before.
    `launched_by` is the id that a scheduler gave to the run; lock and record carry it.
    """

    settings: Settings
    as_of: date | None = None
    known_at: datetime | None = None
    dates: tuple[date, ...] = ()
    lands: bool = True
    launched_by: str = ""


@dataclass
class NightResult:
    """A published run: the version, how it was judged, and seconds by phase."""

    version: Version
    verdict: Verdict
    delivery: Delivery | None
    seconds: dict[str, float]
    warnings: list[str] = field(default_factory=list)


def quiet(phase: str, step: str, done: int, total: int) -> None:
    """Progress for callers that show none."""
