"""`crw nightly --catch-up`: missed dates one after the other, no further than the first that does not publish."""

import json
from datetime import date
from pathlib import Path

import pytest

from orchestration import night
from orchestration.auditing.verdict import Verdict
from orchestration.cli.app import run as crw
from orchestration.demo import generate
from orchestration.publishing.runs import read_runs
from orchestration.publishing.standing import missed_dates
from orchestration.publishing.versions import current_version
from orchestration.settings import Settings
from tests.night import driver

pytestmark = pytest.mark.slow
SERVED, NEXT, BAD, LAST = date(2026, 6, 28), date(2026, 6, 29), date(2026, 6, 30), date(2026, 7, 1)


def no_on_the_bad_day(settings: Settings, build: Path) -> Verdict:
    """Refuse the build of one date."""
    bad = json.loads((build / "plan.json").read_bytes())["as_of"] == str(BAD)
    return (driver.no if bad else driver.yes)(settings, build)


def test_missed_dates_in_order_up_to_the_first_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    landing, warehouse = tmp_path / "exports", tmp_path / "wh"
    generate(landing, customers=3)
    monkeypatch.setattr(night, "run_audit", no_on_the_bad_day)
    folders = ["--landing", str(landing), "--warehouse", str(warehouse)]
    assert crw(["nightly", "--as-of", str(SERVED), *folders]) == 0
    capsys.readouterr()

    assert crw(["nightly", "--catch-up", "--as-of", str(LAST), *folders]) == 1
    out = capsys.readouterr().out
    assert f"Night 1 of 3, as of {NEXT}" in out
    assert f"Night 2 of 3, as of {BAD}" in out
    assert "Night 3 of 3" not in out

    runs = [(run.as_of, run.status) for run in reversed(read_runs(warehouse))]
    assert runs == [(f"{SERVED}", "published"), (f"{NEXT}", "published"), (f"{BAD}", "refused")]
    version = current_version(warehouse)
    assert version is not None
    assert version.manifest.as_of_date == NEXT
    assert sorted(version.manifest.history["fct_customer_risk"]) == [SERVED, NEXT]
    # the next catch-up begins with the date that failed
    assert missed_dates(warehouse, LAST) == [BAD, LAST]
