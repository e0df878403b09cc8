"""The watch: a run whose process died is reaped by the lock, a late night is told, one that works is left alone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from orchestration import clock
from orchestration.alerting.outbox import read_entries
from orchestration.definitions import defs
from orchestration.defs import watching
from orchestration.publishing.lock import WarehouseLock
from tests.night.tiny import make_version, moment


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CRW_WAREHOUSE", str(tmp_path / "warehouse"))
    monkeypatch.setenv("CRW_LANDING", str(tmp_path))
    return tmp_path / "warehouse"


def started(instance: dg.DagsterInstance) -> dg.DagsterRun:
    """A run that Dagster believes to be running."""
    job = defs.resolve_job_def("nightly")
    run = instance.create_run_for_job(
        job, status=dg.DagsterRunStatus.STARTED, tags={"dagster/partition": "2026-06-30"}
    )
    instance.report_engine_event("started", run)
    return run


def test_a_run_without_the_lock_is_reaped_once_it_is_silent(
    instance: dg.DagsterInstance, warehouse: Path
) -> None:
    run = started(instance)
    now = clock.utc_now()
    assert watching.reap(instance, warehouse, now) == []
    assert watching.reap(instance, warehouse, now + timedelta(minutes=6)) == [run.run_id]
    found = instance.get_run_by_id(run.run_id)
    assert found is not None
    assert found.status == dg.DagsterRunStatus.FAILURE
    assert watching.reap(instance, warehouse, now + timedelta(minutes=12)) == []


def test_the_run_that_holds_the_lock_is_left_alone_and_another_is_not(
    instance: dg.DagsterInstance, warehouse: Path
) -> None:
    working, dead = started(instance), started(instance)
    with WarehouseLock(warehouse, started_at=moment(1)) as held:
        held.note(launched_by=working.run_id)
        later = clock.utc_now() + timedelta(hours=9)
        assert watching.reap(instance, warehouse, later) == [dead.run_id]
    assert watching.reap(instance, warehouse, later) == [working.run_id]


def test_the_watch_tells_a_late_night_once(
    instance: dg.DagsterInstance, warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_version(warehouse, date(2026, 6, 29))
    monkeypatch.setattr(clock, "utc_now", lambda: datetime(2026, 7, 1, 0, tzinfo=UTC))
    for _ in range(2):
        told = watching.nights_watched(dg.build_sensor_context(instance))
        assert isinstance(told, dg.SkipReason)
    assert [entry.alert.cause for entry in read_entries(warehouse)] == ["late:2026-06-30"]
    make_version(warehouse, date(2026, 6, 30))
    assert watching.nights_watched(dg.build_sensor_context(instance)).skip_message.startswith("in time")
