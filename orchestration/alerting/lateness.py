"""Whether the night that people expect by now was published; time zones and clock changes included."""

import os
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from orchestration import clock
from orchestration.alerting.alert import Alert
from orchestration.building.inputs import business_date
from orchestration.errors import ConfigurationError
from orchestration.publishing import lock
from orchestration.publishing.runs import read_runs
from orchestration.publishing.versions import base_version
from orchestration.settings import Settings

VARIABLE = "CRW_LATE_AFTER"
_DEFAULT = "07:00"


def deadline(text: str | None = None) -> time:
    """When people expect a night: the given HH:MM, CRW_LATE_AFTER, or 07:00. Raises ConfigurationError."""
    text = text or os.environ.get(VARIABLE) or _DEFAULT
    try:
        return datetime.strptime(text.strip(), "%H:%M").time()  # noqa: DTZ007 a time of day has no zone
    except ValueError:
        raise ConfigurationError(
            "The deadline of a night is not a time of day.", "write CRW_LATE_AFTER or --by as 07:00."
        ) from None


def expected_date(settings: Settings, now: datetime, by: time) -> date:
    """The newest business date that should be served at `now`: yesterday, before the deadline the day before it.

    Wall clocks are compared: a deadline that a clock change skips has passed once the clock shows a later time.
    """
    if settings.landing is None:
        return business_date(settings, None, now)
    local = now.astimezone(ZoneInfo(settings.timezone))
    yesterday = clock.yesterday(settings.timezone, now)
    return yesterday if local.time().replace(tzinfo=None) >= by else yesterday - timedelta(days=1)


def late(settings: Settings, now: datetime, by: time) -> Alert | None:
    """An alert when the expected date is not served; it says what is, and what keeps the newer one away."""
    expected = expected_date(settings, now, by)
    served = base_version(settings.warehouse)
    if served and served.manifest.as_of_date >= expected:
        return None
    shown = f"Served is {served.name}." if served else "Nothing was ever published."
    return Alert(
        cause=f"late:{expected}",
        severity="critical",
        title=f"Night is late: {expected} was not published by {by:%H:%M} {settings.timezone}",
        lines=(shown, _why(settings), "Details and way out: crw status"),
        as_of=expected.isoformat(),
        raised_at=now,
    )


def _why(settings: Settings) -> str:
    running = lock.holder(settings.warehouse)
    if running is not None:
        return lock.describe(running)
    last = next(iter(read_runs(settings.warehouse)), None)
    if last is None:
        return "No run was ever recorded: did the schedule start one?"
    return f"The last run was {last.status} in phase {last.phase}, for {last.as_of}, at {clock.iso(last.ended_at)}."
