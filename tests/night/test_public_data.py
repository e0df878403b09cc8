"""Whole nights over real exports: what is published ties to the files to the cent, and the score ranks payers."""

import csv
import shutil
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration import night
from orchestration.night import NightRequest, run_night
from orchestration.settings import Settings
from tests.night import driver

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
# Verdicts that say a score works, or that it fooled us.
CLAIMS = {"too_good", "ranks", "beats_naive", "worse_than_naive", "inverse"}
IBM = "WA_Fn-UseC_-Accounts-Receivable.csv"


def _day(text: str) -> date:
    month, day, year = map(int, text.split("/"))
    return date(year, month, day)


def _publish(
    public_data: Callable[[str], Path],
    tmp_path: Path,
    name: str,
    as_of: date,
    *,
    dates: tuple[date, ...] = (),
    audited: bool = True,
) -> Callable[[str], list[tuple]]:
    """Publish a data set, with earlier dates; `audited` False where another test has the same files audited already."""
    landing = tmp_path / "landing"
    landing.mkdir()
    for file in public_data(name).glob("*.csv"):
        shutil.copy(file, landing)
    shutil.copy(ROOT / "tests" / "mappings" / name / "mapping.yml", landing)
    settings = Settings.from_environment(warehouse=tmp_path / "warehouse", landing=landing)
    with pytest.MonkeyPatch.context() as patch:
        if not audited:
            patch.setattr(night, "run_audit", driver.yes)
        run_night(NightRequest(settings, as_of=as_of, dates=dates))

    def query(sql: str) -> list[tuple]:
        with duckdb.connect(settings.warehouse / "current" / "finance.duckdb", read_only=True) as connection:
            return connection.execute(sql).fetchall()

    return query


def _auc(scored: list[tuple[float, bool]]) -> float:
    """Area under the curve by ranks, ties averaged."""
    bad = [score for score, is_bad in scored if is_bad]
    good = [score for score, is_bad in scored if not is_bad]
    wins = sum((b > g) + (b == g) / 2 for b in bad for g in good)
    return wins / (len(bad) * len(good))


def _rows(tmp_path: Path) -> list[dict[str, str]]:
    with open(tmp_path / "landing" / IBM, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("as_of", [date(2012, 12, 31), date(2014, 6, 30)])
def test_open_items_of_ibm_tie_to_the_file(
    public_data: Callable[[str], Path], tmp_path: Path, as_of: date
) -> None:
    query = _publish(
        public_data, tmp_path, "ibm_accounts_receivable", as_of, audited=as_of == date(2014, 6, 30)
    )
    owed: dict[str, Decimal] = defaultdict(Decimal)
    for row in _rows(tmp_path):
        if _day(row["InvoiceDate"]) <= as_of < _day(row["SettledDate"]):
            owed[f"files:{row['customerID']}"] += Decimal(row["InvoiceAmount"])
    published = query(
        "select customer_id, sum(balance) from marts.mart_ar_ageing join marts.mart_customer_tier"
        " using (customer_key) where mart_ar_ageing.currency = 'USD' group by all having sum(balance) != 0"
    )
    assert dict(published) == owed
    assert query("select count(*) from marts.fct_customer_risk") == [(100,)]


def test_the_credit_score_ranks_late_payers_no_worse_than_their_late_rate(
    public_data: Callable[[str], Path], tmp_path: Path
) -> None:
    as_of, end = date(2012, 12, 31), date(2013, 6, 30)
    query = _publish(public_data, tmp_path, "ibm_accounts_receivable", as_of, audited=False)
    past, ahead = defaultdict(list), defaultdict(list)
    for row in _rows(tmp_path):
        due, settled = _day(row["DueDate"]), _day(row["SettledDate"])
        if due <= as_of:
            past[f"files:{row['customerID']}"].append(settled > due)
        elif due <= end:
            ahead[f"files:{row['customerID']}"].append(settled > due)
    scores = dict(query("select customer_id, credit_score from marts.fct_customer_risk"))
    bad = {customer: sum(late) / len(late) > 0.5 for customer, late in ahead.items()}
    graded = [customer for customer in bad if customer in past and scores[customer] is not None]
    by_rate = _auc([(sum(past[c]) / len(past[c]), bad[c]) for c in graded])
    by_score = _auc([(scores[c], bad[c]) for c in graded])
    assert len(graded) > 90
    assert by_score >= by_rate - 0.005, f"credit score {by_score:.4f}, past late rate {by_rate:.4f}"


def test_deals_of_maven_tie_to_the_file_and_no_skill_is_claimed(
    public_data: Callable[[str], Path], tmp_path: Path
) -> None:
    """Deals alone, no order and no invoice: there is nothing that a score could have been right about."""
    months = tuple(date(2017, month + 1, 1) - timedelta(days=1) for month in range(3, 12))
    query = _publish(public_data, tmp_path, "maven_crm", date(2017, 12, 31), dates=months)
    assert query("select count(*), count(distinct as_of_date) from marts.fct_customer_risk") == [(850, 10)]
    verdicts = {verdict for (verdict,) in query("select distinct score_verdict from marts.mart_score_worth")}
    assert not verdicts & CLAIMS
    assert query("select count(*) from marts.mart_score_validation where auc is not null") == [(0,)]
    loaded = query("select rows_loaded, rows_quarantined from marts.mart_run where entity = 'opportunities'")
    assert loaded == [(8800, 0)]
    sums = query("select control_sums from marts.mart_run where entity = 'opportunities'")
    with open(tmp_path / "landing" / "sales_pipeline.csv", encoding="utf-8", newline="") as file:
        total = sum(Decimal(row["close_value"]) for row in csv.DictReader(file) if row["close_value"])
    assert f"{total:.2f}" in sums[0][0]
