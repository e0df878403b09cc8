"""Modes of what a run writes: nothing for others, nothing to write for the group, private folders closed."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from orchestration.permissions import PRIVATE, UMASK, close_folders, restricted
from orchestration.settings import PROJECT_ROOT
from tests.conftest import PublishedDemo


def modes(folder: Path) -> Iterator[tuple[Path, int]]:
    """Each folder and file below, and the folder, with its mode; links have none of their own."""
    yield folder, stat.S_IMODE(folder.stat().st_mode)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            yield path, stat.S_IMODE(path.stat().st_mode)


def too_open(folder: Path) -> list[str]:
    return [f"{path} {mode:04o}" for path, mode in modes(folder) if mode & UMASK]


def test_a_published_warehouse_is_open_to_its_group_at_most(published_demo: PublishedDemo) -> None:
    found = list(modes(published_demo.warehouse))
    assert too_open(published_demo.warehouse) == []
    files = [path.relative_to(published_demo.warehouse).parts[0] for path, _ in found if path.is_file()]
    assert {"versions", "raw", "vault", "quarantine", "ledger", "history", "runs", "keys"} <= set(files)
    for name in PRIVATE:
        mode = stat.S_IMODE((published_demo.warehouse / name).stat().st_mode)
        assert f"{mode:04o}" == "0700", name
    executable = [path for path, mode in found if path.is_file() and mode & 0o111]
    assert executable == []


def test_the_umask_of_a_run_ends_with_it() -> None:
    before = os.umask(0o022)
    try:
        with restricted():
            assert os.umask(UMASK) == UMASK
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)


def test_folders_that_an_older_release_made_are_closed(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir(mode=0o755)
    (tmp_path / "versions").mkdir(mode=0o750)
    close_folders(tmp_path)
    assert stat.S_IMODE((tmp_path / "raw").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "versions").stat().st_mode) == 0o750


@dg.op
def _speaks(context: dg.OpExecutionContext) -> None:
    context.log.info("a line for the compute log")


@dg.job
def _job() -> None:
    _speaks()


def test_dagster_s_home_is_the_user_s_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    makefile = (PROJECT_ROOT / "Makefile").read_text()
    assert "\t@umask 027; mkdir -p .dagster && chmod 700 .dagster" in makefile
    assert '\t@umask 027; DAGSTER_HOME="$(CURDIR)/.dagster"' in makefile
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "dagster.yaml").write_text((PROJECT_ROOT / "orchestration" / "dagster.yaml").read_text())
    (home / "dagster.yaml").chmod(0o640)
    monkeypatch.setenv("DAGSTER_HOME", str(home))
    with restricted(), dg.DagsterInstance.get() as instance:
        assert _job.execute_in_process(instance=instance).success
    assert len([path for path, _ in modes(home) if path.is_file()]) > 1
    assert too_open(home) == []
