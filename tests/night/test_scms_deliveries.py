"""A whole night over a public delivery history: late deliveries and fulfilment tie to a direct count over the file."""

import csv
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from orchestration import night
from orchestration.night import NightRequest, run_night
from orchestration.settings import PROJECT_ROOT, Settings
from tests.night import driver

pytestmark = pytest.mark.slow
FILE = "SCMS_Delivery_History_Dataset.csv"


def _day(text: str) -> date:
    return datetime.strptime(text, "%d-%b-%y").date()  # noqa: DTZ007


@pytest.mark.parametrize("as_of", [date(2010, 12, 31), date(2015, 12, 31)])
def test_late_deliveries_tie_to_the_file(
    public_data: Callable[[str], Path], tmp_path: Path, as_of: date
) -> None:
    landing = tmp_path / "landing"
    landing.mkdir()
    shutil.copy(public_data("scms_deliveries") / FILE, landing)
    shutil.copy(PROJECT_ROOT / "tests" / "mappings" / "scms_deliveries" / "mapping.yml", landing)
    settings = Settings.from_environment(warehouse=tmp_path / "warehouse", landing=landing)
    with pytest.MonkeyPatch.context() as patch:
        if as_of < date(2015, 12, 31):  # the whole history is audited by the other date
            patch.setattr(night, "run_audit", driver.yes)
        run_night(NightRequest(settings, as_of=as_of))

    due, late, fulfilled = Counter(), Counter(), Counter()
    with open(landing / FILE, encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            planned, actual = _day(row["Scheduled Delivery Date"]), _day(row["Delivered to Client Date"])
            if planned <= as_of:
                due[row["Project Code"]] += 1
                late[row["Project Code"]] += min(actual, as_of) > planned
                fulfilled[row["Project Code"]] += actual <= as_of
    with duckdb.connect(settings.warehouse / "current" / "bi.duckdb", read_only=True) as connection:
        published = connection.execute(
            "select contract_number, milestones_due, company_late, milestones_fulfilled"
            " from marts.mart_contract_risk where milestones_due > 0"
        ).fetchall()
        scored = connection.execute(
            "select count(*) from marts.fct_customer_risk where contract_score is not null"
        ).fetchone()
    assert {name: (n, m, k) for name, n, m, k in published} == {
        name: (due[name], late[name], fulfilled[name]) for name in due
    }
    if as_of == date(2015, 12, 31):
        assert sum(late.values()) == 1186
    assert scored[0] > 0
