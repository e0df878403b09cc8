"""The tick of a night and the business date it asks for: time zones, clock changes, leap days."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._utils.schedules import cron_string_iterator

from orchestration.definitions import defs
from orchestration.defs import nightly
from orchestration.defs.keys import SETTINGS


def ticks(timezone: str, start: datetime, count: int) -> list[datetime]:
    """The first ticks of our cron line in a time zone, as Dagster's scheduler counts them."""
    upcoming = cron_string_iterator(start.timestamp(), nightly.CRON, timezone)
    return [next(upcoming) for _ in range(count)]


def test_the_schedule_names_its_time_zone() -> None:
    schedule = defs.resolve_schedule_def("every_night")
    assert schedule.execution_timezone == SETTINGS.timezone
    assert schedule.cron_schedule == nightly.CRON


def test_a_tick_asks_for_one_run_of_the_day_before() -> None:
    moment = datetime(2026, 7, 1, 4, tzinfo=ZoneInfo(SETTINGS.timezone))
    context = dg.build_schedule_context(
        scheduled_execution_time=moment.astimezone(UTC), repository_def=defs.get_repository_def()
    )
    tick = defs.resolve_schedule_def("every_night").evaluate_tick(context)
    assert tick.run_requests is not None
    assert [(request.partition_key, request.run_key) for request in tick.run_requests] == [
        ("2026-06-30", "2026-06-30")
    ]


@pytest.mark.parametrize(
    ("timezone", "before", "dates"),
    [
        (
            "America/New_York",
            datetime(2026, 3, 7, 12, tzinfo=UTC),
            ["2026-03-07", "2026-03-08", "2026-03-09"],
        ),
        (
            "America/New_York",
            datetime(2026, 10, 31, 12, tzinfo=UTC),
            ["2026-10-31", "2026-11-01", "2026-11-02"],
        ),
        ("Europe/Berlin", datetime(2026, 3, 28, 12, tzinfo=UTC), ["2026-03-28", "2026-03-29", "2026-03-30"]),
        (
            "Australia/Lord_Howe",
            datetime(2026, 10, 3, 12, tzinfo=UTC),
            ["2026-10-03", "2026-10-04", "2026-10-05"],
        ),
        ("Asia/Shanghai", datetime(2028, 2, 28, 12, tzinfo=UTC), ["2028-02-28", "2028-02-29", "2028-03-01"]),
        (
            "America/New_York",
            datetime(2027, 12, 31, 12, tzinfo=UTC),
            ["2027-12-31", "2028-01-01", "2028-01-02"],
        ),
    ],
)
def test_each_date_gets_one_night_over_clock_changes_and_leap_days(
    timezone: str, before: datetime, dates: list[str]
) -> None:
    nights = ticks(timezone, before, len(dates))
    assert [nightly.business_date(timezone, night) for night in nights] == dates
    partitions = dg.DailyPartitionsDefinition(start_date="2010-01-01", timezone=timezone)
    # The partition asked for has ended at the tick, and it is the newest that has.
    ends = [partitions.time_window_for_partition_key(day).end for day in dates]
    assert all(
        timedelta() <= night - end < timedelta(hours=20) for night, end in zip(nights, ends, strict=True)
    )
    assert all(abs(b - a - timedelta(days=1)) <= timedelta(hours=1) for a, b in pairwise(nights))
