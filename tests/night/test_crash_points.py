"""Killed at every durable step of publishing: the old version or the new one is served, whole, and never half."""

import os
import shutil
import signal
from datetime import date
from pathlib import Path

import pytest

from orchestration.files import make_dirs
from orchestration.publishing.manifest import Manifest, describe_files
from orchestration.publishing.publish import publish
from orchestration.publishing.recovery import recover
from orchestration.publishing.retention import retire_old
from orchestration.publishing.versions import current_name, current_version, list_versions
from tests.night.tiny import TABLE, make_version, moment, partition

OLD, NEW = date(2026, 6, 1), date(2026, 6, 2)
STEPS = ("fsync", "replace", "rename", "symlink", "mkdir", "unlink", "rmdir", "open")


def prepare(warehouse: Path) -> None:
    """An old version served, an older one to retire, and a build whose export is ready to be published."""
    make_version(warehouse, date(2026, 5, 1))
    make_version(warehouse, OLD)
    new = make_version(warehouse, NEW, serve=False)
    build = warehouse / "builds" / new.run_id
    make_dirs(build / "partitions")
    (warehouse / "versions" / new.version).rename(build / "export")
    own = warehouse / new.history["fct_customer_risk"][NEW].file
    own.rename(build / "partitions" / "fct_customer_risk.parquet")


def publish_prepared(warehouse: Path) -> None:
    """The end of a run: publish, clean up, retire."""
    build = next((warehouse / "builds").glob("r*"))
    manifest = Manifest.read(build / "export")
    own = {NEW: {TABLE: manifest.history[TABLE][NEW]}}
    publish(warehouse, build, manifest, own, {NEW: {TABLE: build / "partitions" / f"{TABLE}.parquet"}})
    shutil.rmtree(build)
    retire_old(warehouse, keep=1, grace_hours=0, now=moment(20))


def run_and_die(warehouse: Path, at: int) -> int | None:
    """Publish in a child that kills itself before its `at`-th step; the steps it made when it lived to the end."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        made = 0

        def counted(call):
            def step(*arguments, **options):
                nonlocal made
                made += 1
                if made == at:
                    os.kill(os.getpid(), signal.SIGKILL)
                return call(*arguments, **options)

            return step

        for name in STEPS:
            setattr(os, name, counted(getattr(os, name)))
        publish_prepared(warehouse)
        os.write(write, str(made).encode())
        os._exit(0)
    os.close(write)
    text = os.read(read, 64)
    os.close(read)
    os.waitpid(child, 0)
    return int(text) if text else None


def test_every_crash_point_of_publishing(tmp_path: Path) -> None:
    served: list[str] = []
    at, steps = 1, None
    while steps is None:
        warehouse = tmp_path / str(at)
        warehouse.mkdir()
        prepare(warehouse)
        steps = run_and_die(warehouse, at)
        version = current_version(warehouse)
        assert version is not None, f"nothing served after a kill at step {at}"
        assert version.manifest.problems(version.folder, checksums=True) == []
        assert all(
            (warehouse / p.file).exists() for t in version.manifest.history.values() for p in t.values()
        )
        served.append(version.name)
        recover(warehouse, None, moment(21))
        assert current_name(warehouse) == version.name
        whole, broken = list_versions(warehouse)
        assert broken == []
        assert {"2026-06-02.1"} & {item.name for item in whole} == {"2026-06-02.1"} & {version.name}
        left = [path.name for path in (warehouse / "builds").iterdir()]
        assert left == [], f"left after a kill at step {at}: {left}"
        files = {path.name for path in (warehouse / "history").rglob("*.parquet")}
        assert files == {f"{item.manifest.run_id}.parquet" for item in whole}
        shutil.rmtree(warehouse)
        at += 1
    assert steps > 20
    # once the new version is served, no later kill goes back
    assert served == sorted(served)
    assert set(served) == {"2026-06-01.1", "2026-06-02.1"}


def test_full_disk_before_the_swap_leaves_the_old_version(warehouse: Path, monkeypatch) -> None:
    prepare(warehouse)

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("orchestration.publishing.versions.os.symlink", full)
    with pytest.raises(OSError, match="No space left"):
        publish_prepared(warehouse)
    assert current_name(warehouse) == "2026-06-01.1"
    monkeypatch.undo()
    recover(warehouse, None, moment(21))
    assert [item.name for item in list_versions(warehouse)[0]] == ["2026-06-01.1", "2026-05-01.1"]


def test_rerun_never_replaces_a_partition_that_an_older_version_names(warehouse: Path) -> None:
    prepare(warehouse)
    build = next((warehouse / "builds").glob("r*"))
    manifest = Manifest.read(build / "export")
    placed = partition(warehouse, NEW, manifest.run_id)
    before = (warehouse / placed.file).read_bytes()
    (build / "partitions" / "fct_customer_risk.parquet").write_text("other bytes of the same rows")
    built = build / "partitions" / f"{TABLE}.parquet"
    publish(warehouse, build, manifest, {NEW: {TABLE: placed}}, {NEW: {TABLE: built}})
    assert (warehouse / placed.file).read_bytes() == before
    assert describe_files(warehouse / "current" / "").keys() == manifest.files.keys()
