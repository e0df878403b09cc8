"""Whole nights over a landing full of planted values, with network access denied: one that passes, four that fail.

None of the values lies anywhere outside of the vault afterwards, and nothing tried to leave the machine.
"""

import csv
import shutil
from pathlib import Path

import pytest

from orchestration.demo import generate
from tests.privacy.canaries import Canaries, plant, refused_keys
from tests.support.leaks import Searched, Searcher
from tests.support.project import PROJECT_ROOT
from tests.support.watched import CRW, Watched

pytestmark = pytest.mark.slow
DATE = "2026-06-30"
# A crash whose text quotes a value, as an engine's does, in place of one function of the night.
CRASH = """
import importlib, duckdb

def broken(*_, **__):
    duckdb.sql("select cast('{value}' as integer)").fetchall()

setattr(importlib.import_module("{module}"), "{function}", broken)
"""
# One process for all jobs: importing dbt and the definitions takes longer than a landing.
DAGSTER = """
import os, sys
import dagster as dg
from orchestration.definitions import defs

job = defs.resolve_job_def("nightly")

def nightly(landing):
    os.environ["CRW_LANDING"] = landing
    with dg.DagsterInstance.get() as instance:
        run = job.execute_in_process(partition_key=sys.argv[1], raise_on_error=False, instance=instance)
    assert not run.success

for landing in sys.argv[2:]:
    nightly(landing)
"""


@pytest.fixture(scope="module")
def canaries() -> Canaries:
    return Canaries()


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory, canaries: Canaries) -> Watched:
    """The nights, one after the other, in one warehouse."""
    watched = Watched(tmp_path_factory.mktemp("watched"))
    good = watched.root / "landings/good"
    generate(good, 24)
    plant(good, canaries)
    (watched.root / "dagster").mkdir()
    shutil.copy(PROJECT_ROOT / "orchestration/dagster.yaml", watched.root / "dagster/dagster.yaml")
    nightly = ("nightly", "--as-of", DATE, "--landing")
    # With a build begun, whose folder is left behind; in Dagster at once. The audit's no leaves a whole build.
    late, early = ("orchestration.night", "build_models"), ("orchestration.building.inputs", "land_delivery")
    keyed, unrated = watched.root / "landings/keyed", watched.root / "landings/unrated"
    for folder in (keyed, unrated):
        shutil.copytree(good, folder)
    refused_keys(keyed, canaries)
    _take_a_rate(unrated / "zoho_books/Invoice.csv")
    jobs = f"{DAGSTER}\n{_crash(early, canaries)}\nnightly({str(good)!r})"
    codes = {
        "passes": watched.run("passes", CRW, *nightly, str(good)),
        "crashes": watched.run("crashes", _crash(late, canaries) + CRW, *nightly, str(good)),
        "jobs": watched.run("jobs", jobs, DATE, str(keyed), str(unrated)),
    }
    expected = {"passes": 0, "crashes": 70, "jobs": 0}
    assert codes == expected, {name: watched.said(name)[-1500:] for name in codes}
    return watched


def _crash(place: tuple[str, str], canaries: Canaries) -> str:
    module, function = place
    return CRASH.format(module=module, function=function, value=canaries.take("id_good"))


def _take_a_rate(path: Path) -> None:
    """Put one invoice into a currency that neither the file nor the rule tables know a rate for."""
    with open(path, encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    number, currency, rate = (
        header.index(name) for name in ("Invoice Number", "Currency Code", "Exchange Rate")
    )
    for row in rows:
        if row[number] == rows[0][number]:
            row[currency], row[rate] = "THB", ""
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


@pytest.fixture(scope="module")
def searched(watched: Watched, canaries: Canaries) -> Searched:
    leave_out = [watched.root / "landings", watched.keys]
    return Searcher(canaries.planted).folder(watched.root, leave_out)


def test_each_night_ended_as_it_should(watched: Watched) -> None:
    assert "Unexpected ConversionException" in watched.said("crashes")
    said = watched.said("jobs")
    assert "land: ConversionException." in said
    assert "survey_answers.jsonl, line 1, column key" in said
    assert "missing_exchange_rate" in said


def test_no_planted_value_is_left_outside_of_the_vault(searched: Searched, canaries: Canaries) -> None:
    assert len(canaries.planted) >= 200
    assert not searched.leaks, searched.told()


@pytest.mark.parametrize(
    "place",
    [
        "warehouse/current/finance.duckdb",
        "warehouse/current/bi.duckdb",
        "warehouse/current/marts/fct_customer_risk.parquet",
        "warehouse/current/manifest.json",
        "warehouse/builds/*/warehouse.duckdb",
        "warehouse/builds/*/target/manifest.json",
        "warehouse/builds/*/target/run_results.json",
        "warehouse/builds/*/logs/dbt.log",
        "warehouse/builds/*/logs/audit.log",
        "warehouse/errors/*.log",
        "warehouse/raw/*/*/*.parquet",
        "warehouse/quarantine/*/*/*.parquet",
        "warehouse/vault/*/*/*.parquet",
        "warehouse/ledger/*.json",
        "dagster/history/runs/*.db",
        "out/*.std*",
    ],
)
def test_what_a_night_leaves_was_there_to_be_searched(watched: Watched, place: str) -> None:
    assert any(path.stat().st_size for path in watched.root.glob(place))


def test_packed_files_were_read_by_their_own_readers(searched: Searched) -> None:
    assert searched.read["sql"] > 400
    assert searched.read["parquet"] > 100
    assert searched.read["sqlite"] > 10


def test_temporary_files_are_gone(watched: Watched) -> None:
    assert list((watched.root / "tmp").rglob("*.parquet")) == []
    assert [path for path in watched.warehouse.glob("builds/*/tmp/**/*") if path.is_file()] == []


def test_nothing_tried_to_leave(watched: Watched) -> None:
    assert [entry for entry in watched.network if entry["kind"] != "started"] == []
    commands = [" ".join(entry["command"]) for entry in watched.network]
    # One audit in two processes for the night that passes and for the one it refuses.
    assert sum("-m orchestration.auditing" in command for command in commands) == 2
    assert sum("spawn_main" in command for command in commands) >= 4
