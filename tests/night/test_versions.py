"""Versions, the served link, rollback, retention and recovery, on tiny files."""

import os
from datetime import date
from pathlib import Path

import pytest

from orchestration.errors import ConfigurationError
from orchestration.files import make_dirs
from orchestration.publishing import history
from orchestration.publishing.manifest import Manifest
from orchestration.publishing.recovery import declare_intent, recover
from orchestration.publishing.retention import retire_old
from orchestration.publishing.rollback import roll_back
from orchestration.publishing.runs import RunRecord, read_runs, write_run
from orchestration.publishing.versions import (
    base_version,
    current_name,
    current_version,
    list_versions,
    next_name,
    open_version,
    point_current,
)
from tests.night.tiny import TABLE, make_version, moment, partition

DAYS = [date(2026, 6, day) for day in range(1, 6)]


def test_nothing_is_served_before_the_first_publication(warehouse: Path) -> None:
    assert current_version(warehouse) is None
    assert list_versions(warehouse) == ([], [])
    assert next_name(warehouse, DAYS[0]) == "2026-06-01.1"


def test_link_is_relative_so_that_the_folder_can_be_moved(warehouse: Path, tmp_path: Path) -> None:
    make_version(warehouse, DAYS[0])
    moved = tmp_path / "elsewhere"
    warehouse.rename(moved)
    assert os.readlink(moved / "current") == "versions/2026-06-01.1"
    assert (moved / "current" / "finance.duckdb").read_text() == "2026-06-01.1"


def test_open_reader_keeps_the_old_version_while_the_link_is_swapped(warehouse: Path) -> None:
    make_version(warehouse, DAYS[0])
    with open(warehouse / "current" / "finance.duckdb") as reader:
        make_version(warehouse, DAYS[1])
        assert reader.read() == "2026-06-01.1"
    assert (warehouse / "current" / "finance.duckdb").read_text() == "2026-06-02.1"


def test_numbers_of_removed_versions_are_not_used_again(warehouse: Path) -> None:
    make_version(warehouse, DAYS[0], 1)
    record = RunRecord(
        status="published",
        started_at=moment(1),
        ended_at=moment(1),
        as_of="2026-06-01",
        run_id="r1",
        phase="publish",
        version="2026-06-01.4",
    )
    write_run(warehouse, record)
    assert next_name(warehouse, DAYS[0]) == "2026-06-01.5"
    assert next_name(warehouse, DAYS[1]) == "2026-06-02.1"


@pytest.mark.parametrize(
    "damage", ["no manifest", "torn manifest", "file missing", "file short", "other name"]
)
def test_folder_that_is_not_whole_is_not_a_version(warehouse: Path, damage: str) -> None:
    make_version(warehouse, DAYS[0])
    make_version(warehouse, DAYS[1], serve=False)
    folder = warehouse / "versions" / "2026-06-02.1"
    if damage == "no manifest":
        (folder / "manifest.json").unlink()
    elif damage == "torn manifest":
        text = (folder / "manifest.json").read_text()
        (folder / "manifest.json").write_text(text[: len(text) // 2])
    elif damage == "file missing":
        (folder / "finance.duckdb").unlink()
    elif damage == "file short":
        (folder / "finance.duckdb").write_text("x")
    else:
        folder.rename(folder.with_name("2026-06-02.2"))
    whole, broken = list_versions(warehouse)
    assert [version.name for version in whole] == ["2026-06-01.1"]
    assert len(broken) == 1
    with pytest.raises(ConfigurationError):
        roll_back(warehouse, broken[0])
    assert current_name(warehouse) == "2026-06-01.1"


def test_checksums_find_a_changed_file_of_the_same_size(warehouse: Path) -> None:
    manifest = make_version(warehouse, DAYS[0])
    folder = warehouse / "versions" / manifest.version
    (folder / "finance.duckdb").write_text("2026-06-01.X")
    assert manifest.problems(folder) == []
    assert manifest.problems(folder, checksums=True) == ["finance.duckdb has another checksum"]


def test_damaged_served_version_still_lets_the_next_run_carry_history(warehouse: Path) -> None:
    make_version(warehouse, DAYS[0])
    make_version(warehouse, DAYS[1])
    (warehouse / "versions" / "2026-06-02.1" / "finance.duckdb").unlink()
    with pytest.raises(ConfigurationError):
        current_version(warehouse)
    base = base_version(warehouse)
    assert base is not None
    assert base.name == "2026-06-01.1"


@pytest.mark.parametrize("name", ["", "..", "../x", "2026-06-01", "2026-06-09.1", "current"])
def test_rollback_to_what_is_not_a_version_is_refused(warehouse: Path, name: str) -> None:
    make_version(warehouse, DAYS[0])
    with pytest.raises(ConfigurationError):
        roll_back(warehouse, name)
    assert current_name(warehouse) == "2026-06-01.1"


def test_rollback_swaps_the_link_and_leaves_a_record(warehouse: Path) -> None:
    make_version(warehouse, DAYS[0])
    make_version(warehouse, DAYS[1])
    assert roll_back(warehouse, "2026-06-01.1") == "2026-06-02.1"
    assert current_name(warehouse) == "2026-06-01.1"
    assert read_runs(warehouse)[0].status == "rolled_back"
    assert roll_back(warehouse, "2026-06-02.1") == "2026-06-01.1"


def test_retention_keeps_the_newest_the_young_and_the_served(warehouse: Path) -> None:
    for day in DAYS:
        make_version(warehouse, day)
    point_current(warehouse, "2026-06-01.1")
    removed = retire_old(warehouse, keep=2, grace_hours=60, now=moment(5))
    # 06-05 and 06-04 are the newest two, 06-03 is 48 hours old, 06-01 is served
    assert removed == ["2026-06-02.1"]
    assert [version.name for version in list_versions(warehouse)[0]] == [
        "2026-06-05.1",
        "2026-06-04.1",
        "2026-06-03.1",
        "2026-06-01.1",
    ]


def test_partitions_go_with_the_last_version_that_names_them(warehouse: Path) -> None:
    for day in DAYS[:3]:
        make_version(warehouse, day)
    retire_old(warehouse, keep=1, grace_hours=0, now=moment(20))
    left = sorted(path.name for path in (warehouse / "history").rglob("*.parquet"))
    assert left == ["r031.parquet"]


def test_no_partition_goes_while_a_version_cannot_be_read(warehouse: Path) -> None:
    for day in DAYS[:3]:
        make_version(warehouse, day)
    (warehouse / "versions" / "2026-06-02.1" / "manifest.json").write_text("{")
    retire_old(warehouse, keep=1, grace_hours=0, now=moment(20))
    assert len(list((warehouse / "history").rglob("*.parquet"))) == 3


def test_recovery_clears_what_a_run_killed_before_the_swap_left(warehouse: Path) -> None:
    make_version(warehouse, DAYS[0])
    never_served = make_version(warehouse, DAYS[1], serve=False)
    build = warehouse / "builds" / "r021"
    make_dirs(build)
    declare_intent(build, never_served.version)
    os.symlink("versions/2026-06-02.1", warehouse / ".current.tmp")
    previous = {
        "pid": 1,
        "started_at": "2026-06-03T00:00:00Z",
        "as_of": "2026-06-02",
        "run_id": "r021",
        "phase": "publish",
    }
    recover(warehouse, previous, moment(4))
    assert [version.name for version in list_versions(warehouse)[0]] == ["2026-06-01.1"]
    assert list((warehouse / "builds").iterdir()) == []
    assert not (warehouse / ".current.tmp").is_symlink()
    assert [path.name for path in (warehouse / "history").rglob("*.parquet")] == ["r011.parquet"]
    killed = read_runs(warehouse)[0]
    assert (killed.status, killed.phase, killed.run_id) == ("killed", "publish", "r021")


def test_recovery_completes_the_record_of_a_run_killed_after_the_swap(warehouse: Path) -> None:
    make_version(warehouse, DAYS[0])
    served = make_version(warehouse, DAYS[1])
    build = warehouse / "builds" / served.run_id
    make_dirs(build)
    declare_intent(build, served.version)
    previous = {
        "pid": 1,
        "started_at": "2026-06-03T00:00:00Z",
        "as_of": "2026-06-02",
        "run_id": served.run_id,
        "phase": "publish",
    }
    recover(warehouse, previous, moment(4))
    assert current_name(warehouse) == served.version
    assert len(list_versions(warehouse)[0]) == 2
    record = read_runs(warehouse)[0]
    assert (record.status, record.version) == ("published", served.version)
    assert not build.exists()
    before = len(read_runs(warehouse))
    recover(warehouse, previous, moment(5))
    assert len(read_runs(warehouse)) == before


def test_only_the_build_of_the_last_refused_run_is_kept(warehouse: Path) -> None:
    for run_id in ("r1", "r2"):
        make_dirs(warehouse / "builds" / run_id)
    facts = {"as_of": "2026-06-01", "phase": "audit", "status": "refused"}
    write_run(warehouse, RunRecord(started_at=moment(1), ended_at=moment(1), run_id="r1", **facts))
    write_run(warehouse, RunRecord(started_at=moment(2), ended_at=moment(2), run_id="r2", **facts))
    recover(warehouse, None, moment(3))
    assert [path.name for path in (warehouse / "builds").iterdir()] == ["r2"]


def test_a_date_computed_again_is_restated_with_its_reason(warehouse: Path) -> None:
    served = make_version(warehouse, DAYS[0])
    own = partition(warehouse, DAYS[0], "rnew", rules="other rules")
    carried, restatements = history.carry(served, {DAYS[0]: {TABLE: own}})
    assert carried[TABLE][DAYS[0]].run_id == "rnew"
    assert [(item.old_run, item.new_run, item.reason) for item in restatements] == [
        (served.run_id, "rnew", "changed: rules")
    ]


def test_same_run_again_restates_nothing(warehouse: Path) -> None:
    served = make_version(warehouse, DAYS[0])
    same = served.history[TABLE][DAYS[0]]
    carried, restatements = history.carry(served, {DAYS[0]: {TABLE: same}})
    assert carried == served.history
    assert restatements == []


def test_other_dates_are_carried(warehouse: Path) -> None:
    served = make_version(warehouse, DAYS[0])
    own = partition(warehouse, DAYS[1], "rnew")
    carried, _ = history.carry(served, {DAYS[1]: {TABLE: own}})
    assert sorted(carried[TABLE]) == DAYS[:2]


def test_manifest_survives_a_round_trip(warehouse: Path) -> None:
    manifest = make_version(warehouse, DAYS[0])
    assert Manifest.read(warehouse / "versions" / manifest.version) == manifest
    assert open_version(warehouse, manifest.version).manifest == manifest
