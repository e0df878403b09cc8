"""A company without traits must show no order, one with traits must be recovered; both in whole runs."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from orchestration import night
from orchestration.auditing.verdict import Verdict
from orchestration.cli.backfill import Every, dates_between
from orchestration.demo import generate
from orchestration.night import NightRequest, run_night
from orchestration.settings import Settings
from tests.night import driver
from tests.validation import reference

pytestmark = pytest.mark.slow
LAST = date(2026, 6, 30)
DATES = tuple(dates_between(date(2024, 6, 30), date(2026, 3, 31), Every.quarter))


@dataclass(frozen=True)
class Company:
    """What the warehouse says of its scores, and who was observed with which score."""

    worth: list[dict[str, Any]]
    by_date: list[dict[str, Any]]
    observations: list[dict[str, Any]]


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def validated(
    folder: Path, patch: pytest.MonkeyPatch, *, alike: bool, customers: int, dates: tuple[date, ...] = DATES
) -> Company:
    """Generate a company, run a night over past dates, and read what it says before the build is gone."""
    generate(folder / "exports", customers, format="parquet", alike=alike, traits=folder / "traits.csv")
    found: dict[str, Company] = {}

    def reading(settings: Settings, build: Path) -> Verdict:
        with duckdb.connect(str(build / "warehouse.duckdb"), read_only=True) as connection:
            found["company"] = Company(
                _rows(connection, "from marts.mart_score_worth"),
                _rows(connection, "from marts.mart_score_validation where segment_type = 'all'"),
                _rows(
                    connection,
                    "select judged.*, split_part(customer_id, ':', 2) as debtor,"
                    " scores.open_receivables - scores.ageing_current > 0 as is_overdue"
                    " from intermediate.int_judged_observations as judged"
                    " inner join intermediate.int_customers using (customer_key)"
                    " inner join staging.stg_history__scores as scores"
                    " on judged.customer_key = scores.customer_key"
                    " and judged.validation_date = scores.as_of_date"
                    " where judged.ranked_by = 'score' and judged.dimension = 'credit'",
                ),
            )
        return driver.yes(settings, build)

    patch.setattr(night, "run_audit", reading)
    settings = Settings.from_environment(warehouse=folder / "wh", landing=folder / "exports")
    run_night(NightRequest(settings, LAST, dates=dates))
    return found["company"]


def test_a_null_company_claims_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    company = validated(tmp_path, monkeypatch, alike=True, customers=600)
    # Who owes a late document defaults with that very document more often: an order without any trait
    assert {row["score_verdict"] for row in company.worth} <= {"no_claim", "state_only", "insufficient"}
    assert "no_claim" in {
        row["score_verdict"] for row in company.worth if row["outcome_id"].startswith("late_")
    }
    fresh = [
        row for row in company.observations if row["outcome_id"] == "default_365" and not row["is_overdue"]
    ]
    is_bad = np.array([row["is_bad"] == 1 for row in fresh])
    score = np.array([row["ranking_value"] for row in fresh])
    assert is_bad.sum() >= 20, "the test would say nothing"
    customers = np.array([row["customer_key"] for row in fresh])
    error = reference.clustered_error(reference.influences(score, is_bad, customers))
    assert abs(reference.auc(score, is_bad) - 0.5) < 3 * error
    measured = [
        row
        for row in company.by_date
        if row["validation_status"] == "measured" and row["outcome_id"].startswith("late_")
    ]
    assert len(measured) >= 20, "the test would say nothing"
    inside = [row["auc_low"] <= 0.5 <= row["auc_high"] for row in measured]
    assert np.mean(inside) >= 0.9
    assert abs(np.mean([row["auc"] for row in measured]) - 0.5) < 0.03


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> tuple[Company, Path]:
    """A company with traits, seen at four dates half a year apart, and the file of its traits."""
    folder = tmp_path_factory.mktemp("known")
    with pytest.MonkeyPatch.context() as patch:
        company = validated(folder, patch, alike=False, customers=400, dates=DATES[1::2])
    return company, folder / "traits.csv"


def test_a_known_company_is_recovered(known: tuple[Company, Path]) -> None:
    company, traits_file = known
    with open(traits_file, encoding="utf-8", newline="") as file:
        traits = {f"C{int(row['customer']) + 1:08d}": row for row in csv.DictReader(file)}
    rows = [row for row in company.observations if row["outcome_id"] == "late_15"]
    is_bad = np.array([row["is_bad"] == 1 for row in rows])
    score = np.array([row["ranking_value"] for row in rows])

    def hidden(row: dict[str, Any]) -> float:
        own = traits[row["debtor"]]
        years = (row["validation_date"] - date(2023, 7, 1)).days / 365
        return float(own["late_days"]) + float(own["drift"]) * years

    best = reference.auc(np.array([hidden(row) for row in rows]), is_bad)
    assert best > 0.8, "the trait tells who pays late"
    assert reference.auc(score, is_bad) >= 0.95 * best
    verdicts = {
        row["outcome_id"]: row["score_verdict"] for row in company.worth if row["dimension"] == "credit"
    }
    assert verdicts["late_15"] in {"ranks", "beats_naive"}


@pytest.mark.parametrize("outcome", ["silent_180", "silent_365"])
def test_churn_is_no_worse_than_recency_and_frequency(known: tuple[Company, Path], outcome: str) -> None:
    company, _ = known
    [row] = [one for one in company.worth if (one["outcome_id"], one["dimension"]) == (outcome, "churn")]
    # the best of the naive rules on the same customers; the company is always the same, so no allowance for chance
    assert row["bads"] >= 20, "the test would say nothing"
    assert row["auc"] >= row["best_naive_auc"]
    assert row["score_verdict"] in {"ranks", "beats_naive"}
