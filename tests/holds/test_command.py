"""The command line and Dagster obey the gate: exit code, message, record, release with name and reason."""

import getpass
import json
from pathlib import Path

import pytest

from orchestration import night
from orchestration.cli.app import run as crw
from orchestration.definitions import defs
from orchestration.defs import nightly
from orchestration.errors import BuildFailed
from orchestration.holds import log
from orchestration.publishing.runs import read_runs
from orchestration.publishing.versions import current_name
from tests.holds.nights import AS_OF, Nights


@pytest.fixture
def cut(nights: Nights, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Nights:
    """A night accepted, then half of its rows delivered and refused by `crw nightly`."""
    monkeypatch.setenv("CRW_WAREHOUSE", str(nights.warehouse))
    monkeypatch.setenv("CRW_LANDING", str(nights.landing))
    nights.mapping()
    nights.customers(10)
    nights.invoices(200)
    nights.night()
    served = current_name(nights.warehouse)
    nights.invoices(100)
    assert crw(["nightly", "--as-of", str(AS_OF)]) == 1
    said = capsys.readouterr().err
    assert said.startswith("Run held:")
    for part in (
        "files.invoices (invoices.csv)",
        "100 rows",
        "0.50 times",
        "200",
        "rows/full/*/*/*",
        "Way out:",
    ):
        assert part in said
    assert current_name(nights.warehouse) == served
    assert not list((nights.warehouse / "builds").glob("r*"))
    record = read_runs(nights.warehouse)[0]
    assert (record.status, record.phase) == ("held", "plan")
    return nights


def test_show_and_release(
    cut: Nights, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert crw(["hold", "show"]) == 0
    shown = capsys.readouterr().out
    (waiting,) = log.read_holds(cut.warehouse)
    batch = waiting.findings[0].batches[0].batch_id
    assert all(part in shown for part in (waiting.hold_id, "held", "rows/full", batch, "crw hold release"))
    assert crw(["status"]) == 0
    assert "Last run held" in capsys.readouterr().out
    assert crw(["hold", "release"]) == 2
    assert "needs a reason" in capsys.readouterr().err
    assert crw(["hold", "release", "h00000000", "--reason", "x"]) == 2
    assert crw(["hold", "release", "--reason", "the branch was sold"]) == 0
    capsys.readouterr()
    assert crw(["hold", "release", "--reason", "again"]) == 2
    assert "0 holds wait" in capsys.readouterr().err
    assert crw(["hold", "show", "--all"]) == 0
    logged = capsys.readouterr().out
    assert f"by {getpass.getuser()}: the branch was sold" in logged

    def stop(*_: object) -> None:
        raise BuildFailed("far enough")

    monkeypatch.setattr(night, "create_workspace", stop)
    assert crw(["nightly", "--as-of", str(AS_OF)]) == 1
    assert "far enough" in capsys.readouterr().err
    (released,) = log.read_holds(cut.warehouse)
    assert released.state == "released", "a run that did not publish uses nothing up"


def test_a_release_is_written_once_with_who_when_and_why(cut: Nights) -> None:
    assert crw(["hold", "release", "--reason", " moved ", "--by", "Wang Fang"]) == 0
    (path,) = (cut.warehouse / "holds").glob("*.decision.json")
    written = json.loads(path.read_text())
    assert (written["verdict"], written["decided_by"], written["reason"]) == (
        "released",
        "Wang Fang",
        "moved",
    )
    assert written["decided_at"].endswith("Z")


def test_reject(cut: Nights, capsys: pytest.CaptureFixture[str]) -> None:
    assert crw(["hold", "reject", "--reason", "cut in transfer", "--by", "Li"]) == 0
    assert "rejected" in capsys.readouterr().out
    assert [found.state for found in log.read_holds(cut.warehouse)] == ["rejected"]
    assert crw(["hold", "release", "--reason", "after all"]) == 2


def test_dagsters_night_is_held_too(cut: Nights) -> None:
    job = defs.resolve_job_def("nightly")
    run = job.execute_in_process(partition_key=AS_OF.isoformat(), raise_on_error=False)
    (told,) = [nightly.story(event) for event in run.all_events if event.is_step_failure]
    assert told.startswith("plan: The delivery is unlike the last accepted one")
    assert "files.invoices (invoices.csv): 100 rows" in told
    assert "crw hold release" in told
    assert [record.status for record in read_runs(cut.warehouse)[:2]] == ["held", "held"]


def test_a_damaged_hold_is_told(cut: Nights, capsys: pytest.CaptureFixture[str]) -> None:
    (path,) = Path(cut.warehouse / "holds").glob("*.held.json")
    path.write_text(path.read_text()[:-20])
    assert crw(["hold", "show"]) == 1
    assert "is damaged" in capsys.readouterr().err
