"""The hand-written SQL against a recount in plain Python, and the bench as a whole on a tiny company."""

import json
import subprocess
import sys
from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from orchestration.bench import sql_child
from orchestration.bench.compare import compare
from orchestration.bench.measure import Measure, measured
from orchestration.bench.people import people_landing
from orchestration.bench.protection import Protection
from orchestration.demo import generate
from orchestration.protection.detectors import find

AS_OF = date(2026, 6, 30)
CENT = Decimal("0.01")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench")
    generate(folder / "landing", 60, 1200, format="parquet")
    sql_child.main(
        str(folder / "landing"),
        AS_OF.isoformat(),
        str(folder / "figures.parquet"),
        str(folder / "scratch"),
        str(folder / "result.json"),
    )
    return folder


def rows(company: Path, entity: str) -> list[dict]:
    return pq.read_table(company / "landing/files" / f"{entity}.parquet").to_pylist()


def test_exposure_and_ageing_agree_with_a_recount(company: Path) -> None:
    paid: dict[str, Decimal] = defaultdict(Decimal)
    used: dict[str, Decimal] = defaultdict(Decimal)
    receipts = {row["receipt_id"]: row for row in rows(company, "receipts")}
    unapplied: dict[str, Decimal] = defaultdict(Decimal)
    for row in receipts.values():
        unapplied[row["customer_id"]] += row["amount"] * row["exchange_rate"]
    for row in rows(company, "receipt_allocations"):
        paid[row["invoice_id"]] += row["amount"]
        receipt = receipts[row["receipt_id"]]
        used[receipt["customer_id"]] += row["amount"] * receipt["exchange_rate"]
    open_base: dict[str, Decimal] = defaultdict(Decimal)
    old: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows(company, "invoices"):
        if row["status"] == "issued":
            balance = (row["amount"] - paid[row["invoice_id"]]) * row["exchange_rate"]
            base = balance.quantize(CENT, ROUND_HALF_UP)
            open_base[row["customer_id"]] += base
            if (AS_OF - row["due_date"]).days > 120:
                old[row["customer_id"]] += base
    figures = pq.read_table(company / "figures.parquet").to_pylist()
    assert len(figures) == 60
    for row in figures:
        customer = row["customer_id"]
        left = (unapplied[customer] - used[customer]).quantize(CENT, ROUND_HALF_UP)
        assert row["open_balance"] == open_base[customer]
        assert row["ageing_over_120"] == old[customer]
        assert row["unapplied_credits"] == left
        assert row["exposure"] == open_base[customer] - left
        assert (row["overdue_rate"] is None) == (open_base[customer] == 0)
        buckets = ("current", "1_30", "31_60", "61_90", "91_120", "over_120")
        assert sum(row[f"ageing_{bucket}"] for bucket in buckets) == row["open_balance"]
    assert sum(old.values()) > 0


def test_a_cent_of_difference_is_found(company: Path) -> None:
    fact = company / "fact.parquet"
    renamed = (
        "'files:' || customer_id as customer_id, date '2026-06-30' as as_of_date, * exclude (customer_id)"
    )
    source = f"select {renamed} from '{company}/figures.parquet'"
    duckdb.sql(f"copy ({source}) to '{fact}'")
    assert compare(fact, company / "figures.parquet").differences == {}
    one_cent = "exposure + if(customer_id = 'files:C00000003', 0.01, 0) as exposure"
    duckdb.sql(f"copy (select * replace ({one_cent}) from ({source})) to '{fact}'")
    assert compare(fact, company / "figures.parquet").differences == {"exposure": 1}


def test_measures_tell_seconds_and_memory() -> None:
    into: list[Measure] = []
    with measured("work", into):
        held = bytearray(64 * 1024 * 1024)
    assert into[0].seconds > 0
    assert into[0].peak_bytes > len(held)


def test_people_land_as_persons_in_every_row(tmp_path: Path) -> None:
    landing = people_landing(tmp_path, 50)
    table = pq.read_table(landing / "files" / "contacts.parquet")
    assert table.num_rows == 50
    for name, pattern in (("email", "email"), ("phone", "mobile")):
        assert all(pattern in find(text) for text in table[name].to_pylist())


@pytest.mark.slow
def test_the_bench_runs_and_its_figures_agree(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "orchestration.bench", "--customers", "300", "--invoices", "9000"]
    finished = subprocess.run(
        [*command, "--folder", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stderr
    result = json.loads((tmp_path / "result.json").read_text())
    assert result["differences"] == {}
    phases = [measure["phase"] for measure in result["measures"]]
    night = ["land", "plan", "build", "export", "audit", "publish"]
    history = ["backfill of 36 month-ends", "build after the backfill", "validations at 36 month-ends"]
    assert phases[1:10] == [*night, *history]
    assert phases[10:] == ["protection of the company", "protection of people", "hand-written SQL"]
    assert all(figures["ratio"] > 0 for figures in result["protection"].values())
    assert "agree" in finished.stdout
    assert "Protection of people:" in finished.stdout
    assert "times the" in finished.stdout
    assert "of model time" in finished.stdout


def test_protection_is_what_it_adds_to_a_landing() -> None:
    landed = Measure("land with protection", 50.0, 7)
    found = Protection("people", landed, Measure("land without protection", 20.0, 5), 10_000_000)
    assert (found.measure.seconds, found.ratio, found.seconds_per_million) == (30.0, 2.5, 3.0)
    assert "3.00 s per million (within the limit of 6)" in found.told()
    assert "BEYOND" in Protection("people", landed, Measure("", 20.0, 5), 4_000_000).told()
