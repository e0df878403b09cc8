"""`crw status` in the morning: what is served, what takes long, what is missing, and what is broken."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from orchestration import clock
from orchestration.cli.app import run as crw
from orchestration.publishing.lock import WarehouseLock
from orchestration.publishing.runs import RunRecord, write_run
from orchestration.publishing.versions import current_name
from tests.night.tiny import make_version, moment

# The morning of 1 July in Shanghai, past the hour by which the night of 30 June is expected.
MORNING = datetime(2026, 7, 1, 1, tzinfo=UTC)
USUAL = {"build": 600.0}


@pytest.fixture(autouse=True)
def morning(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(clock, "utc_now", lambda: MORNING)
    # a folder of one's own: the shipped demo has a last day
    monkeypatch.setenv("CRW_LANDING", str(tmp_path))
    monkeypatch.delenv("CRW_LATE_AFTER", raising=False)


def record(warehouse: Path, day: int, status: str = "published", **more: object) -> None:
    """Record the night of a day of June 2026."""
    facts = {
        "status": status,
        "started_at": moment(day),
        "ended_at": moment(day) + timedelta(minutes=12),
        "as_of": f"2026-06-{day:02d}",
        "run_id": f"r{day}",
        "phase": "publish",
        "seconds": USUAL,
    }
    write_run(warehouse, RunRecord.model_validate({**facts, **more}))


def told(warehouse: Path, capsys: pytest.CaptureFixture[str], code: int = 0) -> dict[str, str]:
    """Lines of the status by their first words."""
    capsys.readouterr()
    assert crw(["status", "--warehouse", str(warehouse)]) == code
    lines = capsys.readouterr().out.splitlines()
    return {line[:9].strip(): line[9:] for line in lines}


def test_all_is_well(warehouse: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_version(warehouse, date(2026, 6, 30), published=MORNING - timedelta(hours=3))
    record(warehouse, 30, version="2026-06-30.1")
    lines = told(warehouse, capsys)
    assert set(lines) == {"Served", "Last run"}
    assert lines["Served"].startswith("2026-06-30.1, as of 2026-06-30")
    assert "(3.0 h ago)" in lines["Served"]


def test_nothing_yet_is_said_and_is_missing(warehouse: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(warehouse, capsys)
    assert lines["Missing"] == "2026-06-30, expected by 07:00 Asia/Shanghai. Run crw nightly."


@pytest.mark.parametrize(("minutes", "slow"), [(21, False), (22, True)])
def test_a_phase_is_long_beyond_twice_its_usual_time_and_a_minute(
    warehouse: Path, capsys: pytest.CaptureFixture[str], minutes: int, slow: bool
) -> None:
    for day in (27, 28, 29):
        record(warehouse, day)
    since = MORNING - timedelta(minutes=minutes)
    with WarehouseLock(warehouse, started_at=since, as_of="2026-06-30") as lock:
        lock.note(phase="build", phase_since=clock.iso(since))
        running = told(warehouse, capsys)["Running"]
    assert f"In build for {minutes} min 00 s, usually 10 min 00 s." in running
    assert running.endswith("Longer than usual.") is slow


def test_without_a_night_before_nothing_is_unusual(
    warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    since = MORNING - timedelta(hours=5)
    record(warehouse, 29, "refused", phase="land")
    with WarehouseLock(warehouse, started_at=since, as_of="2026-06-30") as lock:
        lock.note(phase="build", phase_since=clock.iso(since))
        running = told(warehouse, capsys)["Running"]
    assert running.endswith("In build for 5 h 00 min.")


@pytest.mark.parametrize(
    ("served", "missing"),
    [
        (date(2026, 6, 30), None),
        (date(2026, 6, 29), "2026-06-30, expected by 07:00 Asia/Shanghai. Run crw nightly."),
        (
            date(2026, 6, 26),
            "4 nights, 2026-06-27 to 2026-06-30, expected by 07:00 Asia/Shanghai. Run crw nightly --catch-up.",
        ),
    ],
)
def test_missing_nights(
    warehouse: Path, capsys: pytest.CaptureFixture[str], served: date, missing: str | None
) -> None:
    make_version(warehouse, served)
    assert told(warehouse, capsys).get("Missing") == missing


def test_a_damaged_version_is_told_and_another_can_be_served(
    warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_version(warehouse, date(2026, 6, 29))
    make_version(warehouse, date(2026, 6, 30))
    (warehouse / "current" / "finance.duckdb").unlink()
    damaged = told(warehouse, capsys, code=2)["Damaged"]
    assert "finance.duckdb" in damaged
    assert damaged.endswith("Serve another: crw versions, crw rollback VERSION.")
    assert crw(["rollback", "2026-06-29.1", "--warehouse", str(warehouse)]) == 0
    assert current_name(warehouse) == "2026-06-29.1"
    assert "Damaged" not in told(warehouse, capsys)


@pytest.mark.parametrize(
    ("status", "phase"), [("refused", "land"), ("refused", "audit"), ("held", "plan"), ("failed", "build")]
)
def test_a_night_that_did_not_publish_says_why_and_what_is_served(
    warehouse: Path, capsys: pytest.CaptureFixture[str], status: str, phase: str
) -> None:
    make_version(warehouse, date(2026, 6, 29))
    record(warehouse, 29, version="2026-06-29.1")
    record(warehouse, 30, status, phase=phase, reason="What is wrong. Way out: do this.")
    lines = told(warehouse, capsys)
    assert lines["Served"].startswith("2026-06-29.1,")
    assert lines["Last run"].startswith(f"{status}, ")
    assert lines["Last run"].endswith(f"phase {phase}")
    assert lines["Why"] == "What is wrong. Way out: do this."


def test_a_killed_night_is_told_before_the_next_one_records_it(
    warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_version(warehouse, date(2026, 6, 29))
    record(warehouse, 29, version="2026-06-29.1")
    text = WarehouseLock(warehouse, started_at=moment(30), as_of="2026-06-30")
    with text as lock:
        lock.note(phase="build")
        left = (warehouse / "lock").read_bytes()
    (warehouse / "lock").write_bytes(left)
    lines = told(warehouse, capsys)
    assert lines["Last run"].startswith("killed, ")
    assert lines["Why"].endswith("ended without a word")


def test_an_erasure_that_was_killed_is_told(warehouse: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_version(warehouse, date(2026, 6, 30))
    journal = warehouse / "privacy" / "requests" / "DSR-7.sealed"
    journal.parent.mkdir(parents=True)
    journal.write_bytes(b"sealed")
    assert told(warehouse, capsys)["Erasure"] == "DSR-7 is not finished: run `crw privacy erase` again"
