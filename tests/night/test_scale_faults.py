"""Too little disk, memory or sense: a clear refusal or the same rows, and what is served does not change."""

import errno
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from orchestration import night
from orchestration.building import dbt_runner, inputs
from orchestration.building.workspace import DATABASE, connect_build
from orchestration.cli.app import run as crw
from orchestration.demo import generate
from orchestration.errors import BuildFailed, NoRoom
from orchestration.publishing.versions import current_version
from orchestration.room import refuse_full_disk
from orchestration.settings import Settings
from tests.night.tiny import make_version

SECRET = "13800138000"
Disk = Callable[[str], Path]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """Make a disk of a size, e.g. "2m"; skips where nothing can be mounted."""
    with ExitStack() as mounted:

        def make(size: str) -> Path:
            folder = tmp_path / "disk"
            folder.mkdir()
            command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
            try:
                done = subprocess.run(command, capture_output=True, check=False)
            except FileNotFoundError:
                pytest.skip("a small disk needs the mount command")
            if done.returncode != 0:
                pytest.skip("a small disk needs the right to mount one (root)")
            mounted.callback(subprocess.run, ["umount", "-l", str(folder)], check=True)
            return folder

        yield make


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    """Exports of three customers."""
    generate(tmp_path / "exports", customers=3)
    return tmp_path / "exports"


def serve(warehouse: Path) -> None:
    """Serve a tiny version that a night can be built after: one without finished dates."""
    served = make_version(warehouse, date(2026, 6, 29))
    served.model_copy(update={"history": {}}).write(warehouse / "versions" / served.version)


def nightly(warehouse: Path, landing: Path) -> int:
    """Run the night of 30 June."""
    return crw(["nightly", "--as-of", "2026-06-30", "--landing", str(landing), "--warehouse", str(warehouse)])


def assert_unchanged(warehouse: Path) -> None:
    """The version of the day before is served, whole."""
    version = current_version(warehouse)
    assert version is not None
    assert version.name == "2026-06-29.1"
    assert version.manifest.problems(version.folder, checksums=True) == []


def test_no_room_to_spill_is_refused_in_words(
    tmp_path: Path, landing: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def out_of_room(*arguments: object) -> None:
        with connect_build(tmp_path, "1MB", threads=1) as connection:
            connection.execute(
                "create temp table t as select repeat('x', 100) || i as x from range(1000000) as r (i)"
            )

    serve(tmp_path / "wh")
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(night, "make_plan", out_of_room)
    assert nightly(tmp_path / "wh", landing) == 74
    errors = capsys.readouterr().err
    assert "The engine ran out of room" in errors
    assert "CRW_MEMORY_LIMIT" in errors
    assert_unchanged(tmp_path / "wh")


def test_a_file_system_that_refuses_is_told_with_the_way_out(
    tmp_path: Path, landing: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*arguments: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(tmp_path / "wh" / "builds"))

    serve(tmp_path / "wh")
    monkeypatch.setattr(night, "make_plan", refuse)
    assert nightly(tmp_path / "wh", landing) == 74
    errors = capsys.readouterr().err
    assert f"The file system refused: Permission denied: {tmp_path / 'wh' / 'builds'}" in errors
    assert "mend the rights" in errors
    assert_unchanged(tmp_path / "wh")


def test_a_door_without_memory_refuses_its_file_in_words(
    tmp_path: Path, landing: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    serve(tmp_path / "wh")
    monkeypatch.setenv("CRW_MEMORY_LIMIT", "1MB")
    assert nightly(tmp_path / "wh", landing) == 1
    errors = capsys.readouterr().err
    assert "could not be loaded: the engine stopped" in errors
    assert "raise CRW_MEMORY_LIMIT" in errors
    assert_unchanged(tmp_path / "wh")


def spilling(build: Path, memory: str) -> tuple[int, int, int]:
    """Sums over a sort of three million rows under a memory limit, and bytes spilled while it stood."""
    with connect_build(build, memory, threads=2) as connection:
        connection.execute(
            "create or replace temp table sorted as select value, repeat('x', 40) || value as text"
            " from (select hash(i) % 1000003 as value from range(3000000) as numbers (i)) order by text"
        )
        spilled = sum(path.stat().st_size for path in (build / "tmp").rglob("*") if path.is_file())
        row = connection.execute("select sum(value), count(distinct text) from sorted").fetchone()
    assert row is not None
    return int(row[0]), int(row[1]), spilled


def test_a_build_that_spills_gives_the_same_rows(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    *in_memory, none = spilling(tmp_path, "2GiB")
    *on_disk, some = spilling(tmp_path, "100MB")
    assert none == 0
    assert some > 0
    assert on_disk == in_memory


def test_a_spill_that_finds_no_room_is_an_error_and_no_result(disk: Disk) -> None:
    build = disk("20m")
    (build / "tmp").mkdir()
    with pytest.raises((duckdb.OutOfMemoryException, duckdb.IOException)):
        spilling(build, "60MB")
    with duckdb.connect(str(build / DATABASE), read_only=True) as connection:
        assert connection.execute("select count(*) from duckdb_tables()").fetchone() == (0,)


@pytest.mark.parametrize(
    ("size", "phase"),
    [("200k", "land"), ("3m", "build"), pytest.param("40m", "build", marks=pytest.mark.slow)],
)
def test_a_night_on_a_full_disk_says_so(
    disk: Disk, landing: Path, capfd: pytest.CaptureFixture[str], size: str, phase: str
) -> None:
    warehouse = disk(size) / "wh"
    warehouse.mkdir()
    serve(warehouse)
    capfd.readouterr()
    assert nightly(warehouse, landing) == 74
    told = "".join(capfd.readouterr())
    assert "No room: The disk of " in told
    assert f"is full: the run ended in the phase {phase}." in told
    assert "Logging error" not in told
    assert "Traceback" not in told
    assert_unchanged(warehouse)


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "x"), duckdb.FatalException("could not write: No space left on device")]
)
def test_the_systems_own_words_tell_a_full_disk(tmp_path: Path, error: Exception) -> None:
    hidden = BuildFailed("dbt could not build the project: OSError.")
    hidden.__context__ = error
    with pytest.raises(NoRoom, match="phase build"):
        refuse_full_disk(tmp_path, "build", hidden)
    refuse_full_disk(tmp_path, "build", BuildFailed("a model"))


def test_a_model_that_does_not_build_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    message = f"Runtime Error in model int_x\n  Out of Memory Error: {SECRET} could not be kept"
    failed = SimpleNamespace(status="error", message=message, node=SimpleNamespace(name="int_x"))
    outcome = SimpleNamespace(success=False, exception=None, result=SimpleNamespace(results=[failed]))
    monkeypatch.setattr(dbt_runner, "dbtRunner", lambda **_: SimpleNamespace(invoke=lambda _: outcome))
    monkeypatch.setattr(dbt_runner, "take_parsed", lambda *_: None)
    with pytest.raises(BuildFailed) as caught:
        dbt_runner.build_models(Settings(warehouse=tmp_path), tmp_path, lambda *_: None)
    assert str(caught.value) == (
        "dbt could not build int_x: Out of Memory Error."
        f" Way out: make room or raise CRW_MEMORY_LIMIT; read {tmp_path / 'logs' / 'dbt.log'}."
    )


def test_a_bad_setting_starts_nothing(
    tmp_path: Path, landing: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CRW_MEMORY_LIMIT", "lots")
    assert nightly(tmp_path / "wh", landing) == 2
    assert "CRW_MEMORY_LIMIT" in capsys.readouterr().err
    assert not (tmp_path / "wh").exists()


def test_a_defect_is_logged_without_a_row(
    tmp_path: Path, landing: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise ValueError(SECRET)

    serve(tmp_path / "wh")
    monkeypatch.setattr(inputs, "land_delivery", broken)
    assert nightly(tmp_path / "wh", landing) == 70
    (log,) = (tmp_path / "wh" / "errors").iterdir()
    told = log.read_text() + "".join(capsys.readouterr())
    assert "ValueError" in told
    assert str(log) in told.replace(os.linesep, "")
    assert SECRET not in told
    assert_unchanged(tmp_path / "wh")
