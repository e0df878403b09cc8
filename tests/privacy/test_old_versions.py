"""Versions published before an erasure: never served again, gone after their grace, and the certificate says so."""

import base64
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from orchestration.cli.app import run as crw
from orchestration.errors import ConfigurationError
from orchestration.privacy.certificates import Certificate, read_certificate
from orchestration.privacy.erasing import tools_of
from orchestration.privacy.persons import Tools
from orchestration.privacy.requests import finish
from orchestration.privacy.searching import Findings
from orchestration.privacy.suppression import Entry, SuppressionList
from orchestration.privacy.traces import holding_versions
from orchestration.protection.keyring import KeyRing
from orchestration.publishing.manifest import describe_files
from orchestration.publishing.rollback import roll_back
from orchestration.publishing.versions import list_versions
from orchestration.settings import Settings
from tests.night.tiny import TABLE, make_version, moment

OLD, CLEAN, SERVED = date(2026, 6, 1), date(2026, 6, 2), date(2026, 6, 3)
UNTIL = moment(10)


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tools:
    """A warehouse with three versions, of which the oldest holds a person who was erased."""
    monkeypatch.setenv("CRW_MASTER_KEY", base64.b64encode(bytes(range(32))).decode())
    settings = Settings(warehouse=tmp_path / "wh", grace_hours=24)
    for day in (OLD, CLEAN, SERVED):
        manifest = make_version(settings.warehouse, day)
        folder = settings.warehouse / "versions" / manifest.version
        (folder / "finance.duckdb").unlink()
        duckdb.connect(str(folder / "finance.duckdb")).close()
        manifest.model_copy(update={"files": describe_files(folder)}).write(folder)
    for path in settings.warehouse.rglob("*.parquet"):
        duckdb.sql(f"copy (select 'k1' as customer_key) to '{path}' (format parquet)")
    KeyRing.load(settings).settle(moment(1))
    entries = SuppressionList()
    entries.entries.append(Entry(request="R-1", erased_on=SERVED, salt="s"))
    entries.write(settings.warehouse)
    Certificate(
        request="R-1",
        by="tester",
        started_at=moment(3),
        erased_at=moment(3),
        records=1,
        found=[],
        removed={},
        kept=[],
        shared_with_others=0,
        remaining=[],
        versions_left=[f"{OLD}.1"],
        versions_until=UNTIL,
    ).write(settings.warehouse)
    return tools_of(settings, SERVED)


def test_versions_hold_a_person_by_their_files_or_the_dates_they_name(tools: Tools) -> None:
    clean = next(item.manifest for item in list_versions(tools.warehouse)[0] if item.name == f"{CLEAN}.1")
    found = Findings()
    found.add("versions", f"versions/{OLD}.1/finance.duckdb", 2)
    found.add("history", clean.history[TABLE][CLEAN].file, 1)
    assert holding_versions(tools.warehouse, f"{SERVED}.1", found) == [f"{OLD}.1", f"{CLEAN}.1"]


def test_a_version_with_an_erased_person_is_not_served_again(tools: Tools) -> None:
    with pytest.raises(ConfigurationError, match=r"holds a person who was erased \(request R-1\)"):
        roll_back(tools.warehouse, f"{OLD}.1")
    roll_back(tools.warehouse, f"{CLEAN}.1")


def test_it_goes_when_its_grace_is_over_and_the_certificate_is_complete(tools: Tools) -> None:
    before = read_certificate(tools.warehouse, "R-1")
    assert before.state == "waiting"
    assert finish(tools, UNTIL - timedelta(seconds=1)) == []
    assert (tools.warehouse / "versions" / f"{OLD}.1").exists()
    assert finish(tools, UNTIL) == [f"{OLD}.1"]
    assert sorted(item.name for item in list_versions(tools.warehouse)[0]) == [f"{CLEAN}.1", f"{SERVED}.1"]
    after = read_certificate(tools.warehouse, "R-1")
    assert (after.state, after.completed_at, after.previous_sha256) == ("complete", UNTIL, before.sha256)
    assert finish(tools, UNTIL) == []


def test_the_state_is_told(tools: Tools, capsys: pytest.CaptureFixture[str]) -> None:
    assert crw(["privacy", "requests", "--warehouse", str(tools.warehouse)]) == 0
    told = capsys.readouterr().out
    assert "R-1" in told
    assert "waiting" in told
    assert crw(["status", "--warehouse", str(tools.warehouse)]) == 0
    assert f"R-1 is waiting, versions {OLD}.1" in capsys.readouterr().out


def test_a_list_of_persons_is_read_or_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed = tmp_path / "people.csv"
    listed.write_text("R-1,a@example.com\nR-1,b@example.com\n")
    arguments = ["privacy", "erase", "--list", str(listed), "--warehouse", str(tmp_path / "wh")]
    assert crw(arguments) == 2
    assert "is no list of persons to erase" in capsys.readouterr().err
    assert crw(["privacy", "erase", "--warehouse", str(tmp_path / "wh")]) == 2
    assert "Whom, and on which request?" in capsys.readouterr().err
