"""Whole nights on a small company: same inputs give the same rows, dates add up, kills leave what is served."""

import json
import shutil
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration import clock, night
from orchestration.cli.app import run as crw
from orchestration.demo import generate
from orchestration.errors import AuditRefused
from orchestration.files import sha256_file
from orchestration.night import NightRequest, NightResult, run_night
from orchestration.publishing.lock import holder
from orchestration.publishing.recovery import recover
from orchestration.publishing.runs import read_runs
from orchestration.publishing.versions import current_name, current_version, list_versions
from orchestration.settings import Settings
from tests.night import driver

pytestmark = pytest.mark.slow
FIRST, SECOND = date(2026, 6, 29), date(2026, 6, 30)


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Exports of a company of 24 customers."""
    folder = tmp_path_factory.mktemp("landing") / "exports"
    generate(folder, customers=24)
    return folder


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory, landing: Path) -> dict[str, NightResult]:
    """Two nights, the first again, and the first replayed as it was known then; the audit says yes."""
    settings = Settings.from_environment(warehouse=tmp_path_factory.mktemp("nights") / "wh", landing=landing)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(night, "run_audit", driver.yes)
        first = run_night(NightRequest(settings, FIRST))
        known_at = clock.utc_now()
        again = run_night(NightRequest(settings, FIRST))
        second = run_night(NightRequest(settings, SECOND))
        replay = run_night(NightRequest(settings, FIRST, known_at))
    return {"first": first, "again": again, "second": second, "replay": replay}


def own_rows(result: NightResult) -> dict[str, str]:
    """Checksum of the run's own partition by table."""
    history = result.version.manifest.history
    return {table: dates[result.version.manifest.as_of_date].sha256 for table, dates in history.items()}


def contents(result: NightResult, tables: list[str]) -> dict[str, list[tuple]]:
    """All rows of some marts, in order of all columns."""
    rows = {}
    for table in tables:
        path = result.version.folder / "marts" / f"{table}.parquet"
        rows[table] = duckdb.sql(f"select * from read_parquet('{path}') order by all").fetchall()
    return rows


def test_rerun_gives_the_same_run_and_the_same_bytes(nights: dict[str, NightResult]) -> None:
    first, again = nights["first"], nights["again"]
    assert again.version.name == "2026-06-29.2"
    assert again.version.manifest.run_id == first.version.manifest.run_id
    marts = sorted(path.name for path in (first.version.folder / "marts").iterdir())
    assert len(marts) == len(first.version.manifest.tables)
    for name in marts:
        paths = (first.version.folder / "marts" / name, again.version.folder / "marts" / name)
        assert sha256_file(paths[0]) == sha256_file(paths[1]), name
    assert again.version.manifest.restatements == []


def test_second_night_shows_two_dates(nights: dict[str, NightResult]) -> None:
    second = nights["second"]
    with duckdb.connect(str(second.version.folder / "finance.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select as_of_date, count(*), count(distinct run_id) from marts.fct_customer_risk group by 1 order by 1"
        ).fetchall()
    assert [row[0] for row in rows] == [FIRST, SECOND]
    assert all(row[1] > 0 and row[2] == 1 for row in rows)
    assert own_rows(second) != own_rows(nights["first"])


def test_replay_of_a_past_night_gives_its_rows_and_lands_nothing(nights: dict[str, NightResult]) -> None:
    first, replay = nights["first"], nights["replay"]
    assert replay.delivery is None
    assert replay.version.manifest.run_id == first.version.manifest.run_id
    assert own_rows(replay) == own_rows(first)
    tables = ["mart_customer_tier", "mart_ar_ageing", "mart_run"]
    assert contents(replay, tables) == contents(first, tables)
    assert sorted(replay.version.manifest.history["fct_customer_risk"]) == [FIRST, SECOND]


def test_changed_export_restates_its_date_with_the_reason(
    nights: dict[str, NightResult], landing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = nights["replay"].version
    changed = tmp_path / "exports"
    shutil.copytree(landing, changed)
    payments = changed / "zoho_books" / "Customer_Payment.csv"
    lines = payments.read_text(encoding="utf-8").splitlines(keepends=True)
    payments.write_text("".join(lines[:-1]), encoding="utf-8")
    warehouse = tmp_path / "wh"
    shutil.copytree(before.folder.parents[1], warehouse, symlinks=True)
    monkeypatch.setattr(night, "run_audit", driver.yes)
    settings = Settings.from_environment(warehouse=warehouse, landing=changed)
    manifest = run_night(NightRequest(settings, FIRST)).version.manifest
    assert [(item.as_of, item.old_run, item.new_run, item.reason) for item in manifest.restatements] == [
        (FIRST, before.manifest.run_id, manifest.run_id, "changed: landed data")
    ]


def start(warehouse: Path, landing: Path, day: date, audit_seconds: float = 0) -> subprocess.Popen:
    """Start `crw nightly` in a process of its own."""
    arguments = ["nightly", "--landing", str(landing), "--warehouse", str(warehouse), "--as-of", str(day)]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.night.driver", str(audit_seconds), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=Settings().project_root,
    )


def wait_for(warehouse: Path, process: subprocess.Popen, phase: str) -> None:
    """Wait until the run is in a phase, as its lock tells."""
    for _ in range(15000):
        running = holder(warehouse)
        if running and running.get("phase") == phase:
            return
        assert process.poll() is None, f"ended before {phase}: {process.communicate()[0]}"
        time.sleep(0.02)
    raise AssertionError(f"never reached {phase}")


def test_killed_runs_leave_what_is_served_and_the_next_run_succeeds(
    nights: dict[str, NightResult], landing: Path, tmp_path: Path
) -> None:
    warehouse = tmp_path / "wh"
    shutil.copytree(nights["second"].version.folder.parents[1], warehouse, symlinks=True)
    served = current_name(warehouse)
    versions = [version.name for version in list_versions(warehouse)[0]]
    for phase in ("land", "build", "export", "audit"):
        process = start(warehouse, landing, SECOND, audit_seconds=60)
        wait_for(warehouse, process, phase)
        process.kill()
        process.communicate()
        assert current_name(warehouse) == served
        assert [version.name for version in list_versions(warehouse)[0]] == versions
    process = start(warehouse, landing, SECOND)
    output = process.communicate()[0]
    assert process.returncode == 0, output
    version = current_version(warehouse)
    assert version is not None
    assert version.name != served
    assert version.manifest.problems(version.folder, checksums=True) == []
    assert [path.name for path in (warehouse / "builds").iterdir()] == []
    killed = [run.phase for run in read_runs(warehouse) if run.status == "killed"]
    assert sorted(killed) == ["audit", "build", "export", "land"]


def test_second_run_at_once_ends_with_75_and_names_the_first(landing: Path, tmp_path: Path) -> None:
    warehouse = tmp_path / "wh"
    first = start(warehouse, landing, FIRST, audit_seconds=60)
    try:
        wait_for(warehouse, first, "build")
        second = start(warehouse, landing, FIRST)
        output = second.communicate()[0]
        assert second.returncode == 75, output
        assert str(first.pid) in output
        assert "phase build" in output
        assert json.loads((warehouse / "lock").read_bytes())["pid"] == first.pid
    finally:
        first.kill()
        first.communicate()


def test_refused_audit_leaves_what_is_served_and_keeps_the_build_for_people(
    nights: dict[str, NightResult], landing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = tmp_path / "wh"
    shutil.copytree(nights["second"].version.folder.parents[1], warehouse, symlinks=True)
    served = current_name(warehouse)
    monkeypatch.setattr(night, "run_audit", driver.no)
    settings = Settings.from_environment(warehouse=warehouse, landing=landing)
    with pytest.raises(AuditRefused) as caught:
        run_night(NightRequest(settings, SECOND))
    assert "buckets = balance" in str(caught.value)
    assert "Way out" in str(caught.value)
    assert current_name(warehouse) == served
    record = read_runs(warehouse)[0]
    assert (record.status, record.phase) == ("refused", "audit")
    recover(warehouse, None, clock.utc_now())
    assert [path.name for path in (warehouse / "builds").iterdir()] == [record.run_id]
    assert crw(["quarantine", "--refused", "--warehouse", str(warehouse)]) == 0
