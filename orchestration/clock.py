"""The only place that reads the clock; everything else takes time as an argument."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


def utc_now() -> datetime:
    """Return the present moment as an aware UTC datetime, whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def yesterday(timezone: str, now: datetime) -> date:
    """Return the day before `now` (aware) as people in `timezone` count days: the default business date of a run."""
    return now.astimezone(ZoneInfo(timezone)).date() - timedelta(days=1)


def stamp(moment: datetime) -> str:
    """Write an aware moment as sortable UTC text for file names, e.g. 20260630T183000Z."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def iso(moment: datetime) -> str:
    """Write an aware moment as ISO 8601 in UTC, e.g. 2026-06-30T18:30:00Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_moment(text: str) -> datetime:
    """Read ISO 8601 text; a moment without an offset is UTC. Raises ValueError when it is not a moment."""
    moment = datetime.fromisoformat(text.strip())
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
