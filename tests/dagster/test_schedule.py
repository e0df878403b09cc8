"""The tick of a night and the business date it asks for: time zones, clock changes, leap days."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._utils.schedules import cron_string_iterator

from orchestration import clock
from orchestration.definitions import defs
from orchestration.defs import nightly
from orchestration.defs.keys import SETTINGS
from tests.night.tiny import make_version


def ticks(timezone: str, start: datetime, count: int) -> list[datetime]:
    """The first ticks of our cron line in a time zone, as Dagster's scheduler counts them."""
    upcoming = cron_string_iterator(start.timestamp(), nightly.CRON, timezone)
    return [next(upcoming) for _ in range(count)]


def test_the_schedule_names_its_time_zone() -> None:
    schedule = defs.resolve_schedule_def("every_night")
    assert schedule.execution_timezone == SETTINGS.timezone
    assert schedule.cron_schedule == nightly.CRON


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty warehouse that the definitions find, landed from a folder of exports."""
    monkeypatch.setenv("CRW_WAREHOUSE", str(tmp_path / "warehouse"))
    monkeypatch.setenv("CRW_LANDING", str(tmp_path))
    return tmp_path / "warehouse"


def asked(day: int) -> list[tuple[str | None, str | None]]:
    """Partition and run key that the tick of a day of July 2026 asks for."""
    moment = datetime(2026, 7, day, 4, tzinfo=ZoneInfo(SETTINGS.timezone))
    context = dg.build_schedule_context(
        scheduled_execution_time=moment.astimezone(UTC), repository_def=defs.get_repository_def()
    )
    tick = defs.resolve_schedule_def("every_night").evaluate_tick(context)
    return [(request.partition_key, request.run_key) for request in tick.run_requests or []]


def test_a_tick_asks_for_one_run_of_the_day_before(warehouse: Path) -> None:
    assert asked(1) == [("2026-06-30", "2026-06-30")]


def test_a_tick_asks_for_the_oldest_missed_date_and_again_the_night_after(warehouse: Path) -> None:
    make_version(warehouse, date(2026, 6, 28))
    assert asked(1) == [("2026-06-29", "2026-06-29 asked for before 2026-06-30")]
    assert asked(2) == [("2026-06-29", "2026-06-29 asked for before 2026-07-01")]
    make_version(warehouse, date(2026, 6, 30))
    assert asked(1) == [("2026-06-30", "2026-06-30")]
    assert asked(2) == [("2026-07-01", "2026-07-01")]


def test_a_gap_too_long_to_catch_up_is_left_to_a_backfill(warehouse: Path) -> None:
    make_version(warehouse, date(2026, 5, 1))
    assert asked(1) == [("2026-06-30", "2026-06-30")]


def test_missed_dates_follow_one_another_up_to_the_last_tick(warehouse: Path) -> None:
    def at(day: int, hour: int, minute: int = 0) -> datetime:
        return datetime(2026, 7, day, hour, minute, tzinfo=ZoneInfo(SETTINGS.timezone)).astimezone(UTC)

    make_version(warehouse, date(2026, 6, 28))
    assert nightly.missed_after(date(2026, 6, 28), at(1, 9)) == date(2026, 6, 29)
    make_version(warehouse, date(2026, 6, 29))
    assert nightly.missed_after(date(2026, 6, 29), at(1, 4)) == date(2026, 6, 30)
    # before 04:00 the exports of the 30th are not expected yet
    assert nightly.missed_after(date(2026, 6, 29), at(1, 3, 59)) is None
    # a past date that somebody ran by hand starts nothing
    assert nightly.missed_after(date(2026, 6, 1), at(1, 9)) is None


def test_the_sensor_asks_for_the_date_after_the_published_one(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_version(warehouse, date(2026, 6, 28))
    monkeypatch.setattr(clock, "utc_now", lambda: datetime(2026, 7, 1, 2, tzinfo=UTC))
    job = defs.resolve_job_def("nightly")
    with dg.DagsterInstance.ephemeral() as instance:
        tags = {"dagster/partition": "2026-06-28"}
        run = instance.create_run_for_job(job, status=dg.DagsterRunStatus.SUCCESS, tags=tags)
        context = dg.build_run_status_sensor_context(
            sensor_name="next_missed",
            repository_def=defs.get_repository_def(),
            dagster_event=dg.DagsterEvent(event_type_value="PIPELINE_SUCCESS", job_name="nightly"),
            dagster_instance=instance,
            dagster_run=run,
        )
        asked_for = nightly.next_missed(context)
    assert isinstance(asked_for, dg.RunRequest)
    assert asked_for.partition_key == "2026-06-29"
    assert asked_for.run_key == f"2026-06-29 after {run.run_id}"


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
    assert [clock.yesterday(timezone, night).isoformat() for night in nights] == dates
    partitions = dg.DailyPartitionsDefinition(start_date="2010-01-01", timezone=timezone)
    # The partition asked for has ended at the tick, and it is the newest that has.
    ends = [partitions.time_window_for_partition_key(day).end for day in dates]
    assert all(
        timedelta() <= night - end < timedelta(hours=20) for night, end in zip(nights, ends, strict=True)
    )
    assert all(abs(b - a - timedelta(days=1)) <= timedelta(hours=1) for a, b in pairwise(nights))
