"""Past dates in whole runs: a backfilled date is the night of that date, a late document restates what it reached."""

import csv
import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration import night
from orchestration.auditing.verdict import Verdict
from orchestration.cli.app import run as crw
from orchestration.demo import generate
from orchestration.night import NightRequest, NightResult, run_night
from orchestration.publishing.history import MEASURED_TABLES
from orchestration.publishing.versions import current_version
from orchestration.settings import Settings
from tests.night import driver

pytestmark = pytest.mark.slow
APRIL, MAY, FIRST, LAST = date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 29), date(2026, 6, 30)
LATE_ISSUE, LATE_AMOUNT = "2026-06-10", "4321.00"


@pytest.fixture(autouse=True)
def audit_says_yes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The audit is tested elsewhere."""
    monkeypatch.setattr(night, "run_audit", driver.yes)


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Exports of a company of 24 customers."""
    folder = tmp_path_factory.mktemp("landing") / "exports"
    generate(folder, customers=24)
    return folder


def checksums(result: NightResult, day: date) -> dict[str, str]:
    """Checksum of each partition of a date."""
    history = result.version.manifest.history
    return {table: history[table][day].sha256 for table in MEASURED_TABLES}


def test_a_backfilled_date_is_byte_for_byte_the_night_of_that_date(landing: Path, tmp_path: Path) -> None:
    settings = Settings.from_environment(warehouse=tmp_path / "wh", landing=landing)
    run_night(NightRequest(settings, LAST))
    shutil.copytree(tmp_path / "wh", tmp_path / "nightly", symlinks=True)
    backfilled = run_night(NightRequest(settings, LAST, dates=(MAY, APRIL), lands=False))
    other = Settings.from_environment(warehouse=tmp_path / "nightly", landing=landing)
    nights = {day: run_night(NightRequest(other, day, lands=False)) for day in (APRIL, MAY)}
    for day, result in nights.items():
        assert checksums(backfilled, day) == checksums(result, day), day
    assert sorted(backfilled.version.manifest.history[MEASURED_TABLES[0]]) == [APRIL, MAY, LAST]
    again = run_night(NightRequest(settings, LAST, dates=(MAY, APRIL), lands=False))
    assert {day: checksums(again, day) for day in (APRIL, MAY, LAST)} == {
        day: checksums(backfilled, day) for day in (APRIL, MAY, LAST)
    }
    assert again.version.manifest.restatements == backfilled.version.manifest.restatements


def with_late_invoice(landing: Path, target: Path) -> str:
    """Copy the exports with one more invoice, dated before FIRST; returns the Books id of its customer."""
    shutil.copytree(landing, target)
    path = target / "zoho_books" / "Invoice.csv"
    with open(path, encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        names, rows = reader.fieldnames or [], list(reader)
    late = dict(rows[-1])
    late |= {"Invoice ID": str(int(late["Invoice ID"]) + 900_000), "Invoice Number": "INV-LATE"}
    late |= {"Invoice Date": LATE_ISSUE, "Due Date": "2026-07-10", "Invoice Status": "Sent"}
    late |= {"Total": LATE_AMOUNT, "SubTotal": LATE_AMOUNT, "Balance": LATE_AMOUNT}
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows([*rows, late])
    return late["Customer ID"]


def test_a_late_document_restates_the_finished_dates_it_reaches_and_says_what_changed(
    landing: Path, tmp_path: Path
) -> None:
    before = Settings.from_environment(warehouse=tmp_path / "wh", landing=landing)
    run_night(NightRequest(before, MAY))
    first = run_night(NightRequest(before, FIRST))
    with_late_invoice(landing, tmp_path / "late")
    after = Settings.from_environment(warehouse=tmp_path / "wh", landing=tmp_path / "late")
    second = run_night(NightRequest(after, LAST))
    assert any("restated 1 finished date (2026-06-29)" in warning for warning in second.warnings)
    assert checksums(second, MAY) == checksums(first, MAY), "the document is younger than that date"
    assert checksums(second, FIRST) != checksums(first, FIRST)
    marts = second.version.folder / "marts"
    listed = duckdb.sql(
        "select restated_date, customer_key, cast(new_value as decimal(18, 2)) - cast(old_value as decimal(18, 2))"
        f" from read_parquet('{marts / 'mart_restatements.parquet'}') where measure = 'open_balance'"
    ).fetchall()
    assert [(day, rise > 0) for day, _, rise in listed] == [(FIRST, True)]
    reached = duckdb.sql(
        f"select distinct customer_key from read_parquet('{marts / 'mart_restatements.parquet'}')"
    ).fetchall()
    assert reached == [(listed[0][1],)], "nobody else's figures moved"
    third = run_night(NightRequest(after, LAST))
    assert third.version.manifest.restatements == second.version.manifest.restatements
    assert not any("restated" in warning for warning in third.warnings)


def test_what_was_measured_can_be_read_back_by_the_audit(
    landing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings.from_environment(warehouse=tmp_path / "wh", landing=landing)
    run_night(NightRequest(settings, LAST))
    seen = []

    def reading(settings: Settings, build: Path) -> Verdict:
        with duckdb.connect(str(build / "warehouse.duckdb"), read_only=True) as connection:
            found = connection.execute("select distinct as_of_date from history.fct_customer_risk")
            seen.extend(row[0] for row in found.fetchall())
        return driver.yes(settings, build)

    monkeypatch.setattr(night, "run_audit", reading)
    run_night(NightRequest(settings, LAST, dates=(APRIL, MAY), lands=False))
    assert sorted(seen) == [APRIL, MAY]


def test_the_command_fills_month_ends_and_refuses_dates_after_the_served_one(
    landing: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    warehouse = tmp_path / "wh"
    run_night(NightRequest(Settings.from_environment(warehouse=warehouse, landing=landing), LAST))
    place = ["--warehouse", str(warehouse)]
    assert crw(["backfill", "--from", "2026-04-01", "--to", "2026-06-30", *place]) == 0
    served = current_version(warehouse)
    assert served is not None
    assert served.manifest.as_of_date == LAST
    assert sorted(served.manifest.history[MEASURED_TABLES[0]]) == [APRIL, MAY, LAST]
    assert crw(["backfill", "--from", "2026-04-01", "--to", "2026-07-01", *place]) == 2
    assert crw(["backfill", "--from", "2026-04-31", "--to", "2026-06-30", *place]) == 2
    assert "--from is not a date" in capsys.readouterr().err
