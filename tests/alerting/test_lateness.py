"""When a night is late: by the wall clock of its time zone, over clock changes and leap days."""

from datetime import UTC, date, datetime, time
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from orchestration import clock
from orchestration.alerting import lateness
from orchestration.building.inputs import business_date
from orchestration.cli.app import run as crw
from orchestration.errors import ConfigurationError
from orchestration.publishing.lock import WarehouseLock
from orchestration.settings import Settings
from tests.night.tiny import make_version


def settings(folder: Path, timezone: str = "Asia/Shanghai") -> Settings:
    return Settings(warehouse=folder / "warehouse", landing=folder, timezone=timezone)


@pytest.mark.parametrize(
    ("timezone", "local", "by", "expected"),
    [
        ("Asia/Shanghai", "2026-07-01T06:59", "07:00", "2026-06-29"),
        ("Asia/Shanghai", "2026-07-01T07:00", "07:00", "2026-06-30"),
        # 02:30 does not exist on this day in Berlin and New York, and is there twice in autumn
        ("Europe/Berlin", "2026-03-29T01:59", "02:30", "2026-03-27"),
        ("Europe/Berlin", "2026-03-29T03:00", "02:30", "2026-03-28"),
        ("America/New_York", "2026-03-08T03:00", "02:30", "2026-03-07"),
        ("Europe/Berlin", "2026-10-25T02:30", "02:30", "2026-10-24"),
        ("Europe/Berlin", "2026-10-25T02:45 again", "02:30", "2026-10-24"),
        ("America/New_York", "2026-11-01T06:00", "07:00", "2026-10-30"),
        ("Asia/Shanghai", "2028-03-01T08:00", "07:00", "2028-02-29"),
        ("Asia/Shanghai", "2028-02-29T08:00", "07:00", "2028-02-28"),
        ("Pacific/Kiritimati", "2028-01-01T08:00", "07:00", "2027-12-31"),
    ],
)  # fmt: skip
def test_expected_date(tmp_path: Path, timezone: str, local: str, by: str, expected: str) -> None:
    moment = datetime.fromisoformat(local.removesuffix(" again"))
    now = moment.replace(tzinfo=ZoneInfo(timezone), fold=local.endswith("again")).astimezone(UTC)
    found = lateness.expected_date(settings(tmp_path, timezone), now, lateness.deadline(by))
    assert found.isoformat() == expected


@pytest.mark.parametrize(
    "timezone", ["Europe/Berlin", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe"]
)
def test_the_default_business_date_moves_by_one_day_at_every_local_midnight(
    tmp_path: Path, timezone: str
) -> None:
    own = settings(tmp_path, timezone)
    # every hour of two years with a leap day: no date is skipped, none comes back
    hours = range(
        int(datetime(2027, 1, 1, tzinfo=UTC).timestamp()),
        int(datetime(2029, 1, 1, tzinfo=UTC).timestamp()),
        3600,
    )
    dates = [business_date(own, None, datetime.fromtimestamp(hour, UTC)) for hour in hours]
    steps = {(b - a).days for a, b in pairwise(dates)}
    assert steps == {0, 1}
    assert date(2028, 2, 29) in dates
    assert len(set(dates)) in (731, 732)


def test_a_deadline_is_a_time_of_day(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lateness.deadline() == time(7)
    monkeypatch.setenv("CRW_LATE_AFTER", "06:15")
    assert lateness.deadline() == time(6, 15)
    assert lateness.deadline("05:00") == time(5)
    with pytest.raises(ConfigurationError, match="CRW_LATE_AFTER"):
        lateness.deadline("7 o'clock")


def test_a_late_night_says_what_is_served_and_who_runs(tmp_path: Path) -> None:
    own, now = settings(tmp_path), datetime(2026, 7, 1, 0, tzinfo=UTC)
    assert "Nothing was ever published. No run was ever recorded" in " ".join(
        lateness.late(own, now, time(7)).lines
    )
    make_version(own.warehouse, date(2026, 6, 29))
    with WarehouseLock(own.warehouse, started_at=now, as_of="2026-06-30"):
        told = lateness.late(own, now, time(7))
    assert told is not None
    assert told.title == "Night is late: 2026-06-30 was not published by 07:00 Asia/Shanghai"
    assert told.lines[0] == "Served is 2026-06-29.1."
    assert "Another nightly for 2026-06-30 is active" in told.lines[1]
    make_version(own.warehouse, date(2026, 6, 30))
    assert lateness.late(own, now, time(7)) is None


def test_the_command_for_cron(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CRW_LANDING", str(tmp_path))
    monkeypatch.setattr(clock, "utc_now", lambda: datetime(2026, 7, 1, 0, tzinfo=UTC))
    make_version(tmp_path / "warehouse", date(2026, 6, 29))
    arguments = ["alerts", "check", "--by", "07:00", "--warehouse", str(tmp_path / "warehouse")]
    assert crw(arguments) == 1
    assert "Night is late" in capsys.readouterr().out
    assert crw(["alerts", "check", "--by", "09:00", "--warehouse", str(tmp_path / "warehouse")]) == 0
