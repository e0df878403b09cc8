"""The same night by the command line's road and by Dagster's: the same run, the same rows."""

from pathlib import Path

import duckdb
import pytest

from orchestration.building.sql import literal
from orchestration.clock import iso
from orchestration.defs.night import NightResource
from orchestration.publishing.versions import Version, current_version
from tests.conftest import PublishedDemo
from tests.dagster.remembered import run_nightly

# What a landing leaves in a warehouse: the second warehouse knows the same deliveries and nothing of the first run.
LANDED = ("ledger", "raw", "quarantine", "vault")


def rows_only_in(one: Path, other: Path) -> int:
    sql = f"select count(*) from (select * from {literal(one)} except all select * from {literal(other)})"
    return duckdb.sql(sql).fetchall()[0][0]


def served(warehouse: Path) -> Version:
    version = current_version(warehouse)
    assert version is not None
    return version


@pytest.mark.slow
def test_dagster_publishes_the_rows_that_the_command_publishes(
    published_demo: PublishedDemo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = served(published_demo.warehouse)
    warehouse = tmp_path / "warehouse"
    warehouse.mkdir()
    for name in LANDED:
        if (published_demo.warehouse / name).exists():
            (warehouse / name).symlink_to(published_demo.warehouse / name)
    monkeypatch.setenv("CRW_WAREHOUSE", str(warehouse))
    as_of = first.manifest.as_of_date.isoformat()
    replay = NightResource(known_at=iso(first.manifest.known_at))
    assert run_nightly(as_of, night=replay).success
    second = served(warehouse)
    assert second.manifest.run_id == first.manifest.run_id
    assert set(second.manifest.tables) == set(first.manifest.tables)
    for table in first.manifest.tables:
        one, other = (version.folder / "marts" / f"{table}.parquet" for version in (first, second))
        assert rows_only_in(one, other) == 0, table
        assert rows_only_in(other, one) == 0, table


@pytest.mark.slow
def test_dagster_lands_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, published_demo: PublishedDemo
) -> None:
    warehouse = tmp_path / "warehouse"
    monkeypatch.setenv("CRW_WAREHOUSE", str(warehouse))
    run = run_nightly(served(published_demo.warehouse).manifest.as_of_date.isoformat())
    assert run.success
    first, second = served(published_demo.warehouse).manifest, served(warehouse).manifest
    assert {name: table.rows for name, table in second.tables.items()} == {
        n: t.rows for n, t in first.tables.items()
    }
    assert {name: table.sums for name, table in second.tables.items()} == {
        n: t.sums for n, t in first.tables.items()
    }
