"""The model's owner hears of a score that does harm and of a population that moved: once for each new window."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.alerting import decay, tell
from orchestration.publishing.manifest import TableFacts
from orchestration.publishing.versions import Version, open_version
from tests.alerting.receivers import Web
from tests.alerting.test_telling import ended
from tests.night.tiny import make_version, moment
from tests.rules.rule_tables import read

TABLES = {
    "mart_score_worth": "score_verdict varchar, dimension varchar, outcome_id varchar, auc double,"
    " best_naive_auc double, last_start_date date, as_of_date date",
    "mart_score_stability": "stability_status varchar, measure_name varchar, psi double, psi_by_chance double,"
    " validation_date date, as_of_date date",
}
MARCH = date(2026, 3, 31)


def worth(verdict: str, last_start: date = MARCH, auc: float | None = 0.4) -> tuple[Any, ...]:
    return (verdict, "credit", "late_15", auc, 0.7, last_start)


def published(
    warehouse: Path,
    day: int,
    scores: list[tuple[Any, ...]],
    shifts: list[tuple[Any, ...]] = (),
    month: int = 6,
) -> Version:
    """A version with rows of mart_score_worth, and of mart_score_stability on its own date."""
    manifest = make_version(warehouse, date(2026, month, day))
    folder = warehouse / "versions" / manifest.version
    (folder / "finance.duckdb").unlink()
    on = manifest.as_of_date
    rows = {
        "mart_score_worth": [(*row, on) for row in scores],
        "mart_score_stability": [(*row, on, on) for row in shifts],
    }
    with duckdb.connect(str(folder / "finance.duckdb")) as connection:
        connection.execute("create schema marts")
        for table, columns in TABLES.items():
            connection.execute(f"create table marts.{table} ({columns})")
            for row in rows[table]:
                connection.execute(f"insert into marts.{table} values ({', '.join('?' * len(row))})", row)
    facts = TableFacts(rows=1, sums={}, audience=["finance"], parquet="x")
    tables = manifest.tables | dict.fromkeys(TABLES, facts)
    manifest.model_copy(update={"tables": tables, "files": {}}).write(folder)
    return open_version(warehouse, manifest.version)


@pytest.mark.parametrize(
    ("verdict", "severity"),
    [
        ("too_good", "critical"), ("inverse", "critical"), ("worse_than_naive", "warning"), ("no_claim", None),
        ("state_only", None),
        ("insufficient", None), ("ranks", None), ("beats_naive", None),
    ],
)  # fmt: skip
def test_who_does_harm_is_told(warehouse: Path, verdict: str, severity: str | None) -> None:
    alert = decay.of_decay(published(warehouse, 10, [worth(verdict)]), set(), moment(11))
    assert (alert and alert.severity) == severity


@pytest.mark.parametrize(("status", "is_told"), [("shifted", True), ("look", False), ("stable", False)])
def test_a_population_that_shifted_is_told(warehouse: Path, status: str, is_told: bool) -> None:
    version = published(warehouse, 10, [], [(status, "composite", 0.31, 0.02)])
    alert = decay.of_decay(version, set(), moment(11))
    assert (alert is not None) == is_told
    if alert:
        assert "composite; PSI 0.31, by chance 0.02; credit risk" in alert.lines[0]


def test_a_finding_is_told_once_for_each_new_window(warehouse: Path, web: Web, monkeypatch: Any) -> None:
    monkeypatch.setenv("CRW_ALERT_WEBHOOK_URL", web.url())
    for day, start in ((10, MARCH), (11, MARCH), (12, date(2026, 4, 30))):
        version = published(warehouse, day, [worth("worse_than_naive", start)])
        started_at = moment(day + 1) + timedelta(minutes=1)
        ended(warehouse, day + 1, "published", "", version=version.name, started_at=started_at)
        tell(warehouse, moment(day + 1) + timedelta(hours=1))
    told = [body["title"] for body in web.bodies]
    assert told == [f"1 finding against the risk model as of 2026-06-{day}" for day in (10, 12)]
    line = web.bodies[0]["lines"][0]
    assert "有效，但不如简单规则 (worse_than_naive): credit / A document falls due" in line
    assert line.endswith("AUC 0.4, best naive rule 0.7; credit risk")


def test_what_cannot_be_read_is_told(warehouse: Path) -> None:
    version = published(warehouse, 10, [])
    (version.folder / "finance.duckdb").write_text("not a database")
    alert = decay.of_decay(version, set(), moment(11))
    assert alert is not None
    assert alert.cause == "decay:unreadable"


def test_every_verdict_has_its_words() -> None:
    terms = {row["term"] for row in read("validation_terms")}
    assert terms == {
        "insufficient", "too_good", "no_claim", "state_only", "inverse", "worse_than_naive", "ranks", "beats_naive",
        "stable", "look", "shifted", "late_share", "recency", "frequency", "overdue", "helps", "no_better",
        "never_helps", "misleads", "no_outcome",
    }  # fmt: skip
