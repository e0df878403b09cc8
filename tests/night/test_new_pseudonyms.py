"""New pseudonyms for a served warehouse: finished dates follow, a customer that is a person keeps its history."""

import csv
import re
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration import night
from orchestration.cli.app import run as crw
from orchestration.demo import generate
from orchestration.night import NightRequest, run_night
from orchestration.protection.keyring import KeyRing
from orchestration.publishing.versions import current_version
from orchestration.settings import Settings
from tests.night import driver

pytestmark = pytest.mark.slow
DAYS = (date(2026, 6, 28), date(2026, 6, 29), date(2026, 6, 30))
PERSON = "Marie Curie"
TOKEN = re.compile(r"\[redacted:person_name:[a-p]{32}\]")
RISK = "current/marts/fct_customer_risk.parquet"


def add_person(landing: Path) -> None:
    """Rename one ERPNext customer, everywhere, to a person's name: that system calls customers by name."""
    folder = landing / "erpnext"
    with open(folder / "Sales Invoice.csv", encoding="utf-8", newline="") as file:
        customer = next(csv.DictReader(file))["customer"]
    for path in folder.glob("*.csv"):
        path.write_text(
            path.read_text(encoding="utf-8").replace(f"{customer},", f"{PERSON},"), encoding="utf-8"
        )


def rows(warehouse: Path) -> list[tuple]:
    """Date, customer and measures of all finished dates; the token of a person without its key."""
    found = duckdb.sql(
        "select as_of_date, customer_id, composite_score, exposure, risk_tier"
        f" from read_parquet('{(warehouse / RISK).resolve()}')"
    ).fetchall()
    return sorted((day, TOKEN.sub("person", name), *map(str, rest)) for day, name, *rest in found)


def tokens(warehouse: Path) -> dict[date, set[str]]:
    found = duckdb.sql(
        f"select distinct as_of_date, customer_id from read_parquet('{(warehouse / RISK).resolve()}')"
    ).fetchall()
    return {
        day: {name for at, name in found if at == day and TOKEN.search(name)}
        for day in sorted({d for d, _ in found})
    }


def test_finished_dates_and_later_nights_join_after_new_pseudonyms(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    landing, warehouse = tmp_path / "exports", tmp_path / "warehouse"
    generate(landing, customers=24)
    add_person(landing)
    monkeypatch.setenv("CRW_MASTER_KEY_FILE", str(tmp_path / "keys" / "master.key"))
    monkeypatch.setattr(night, "run_audit", driver.yes)
    settings = Settings.from_environment(warehouse=warehouse, landing=landing)
    for day in DAYS[:2]:
        run_night(NightRequest(settings, day))
    before, old = rows(warehouse), tokens(warehouse)
    assert set(old) == set(DAYS[:2])
    assert len(set.union(*old.values())) == 1
    secret, version = KeyRing.load(settings).pseudonyms.key_id, current_version(warehouse)

    assert crw(["keys", "rotate", "--pseudonyms", "--warehouse", str(warehouse)]) == 0
    ring, served = KeyRing.load(settings), current_version(warehouse)
    assert ring.pseudonyms.key_id != secret
    assert not ring.file.measure
    assert (served.name != version.name, served.manifest.as_of_date) == (True, DAYS[1])
    assert rows(warehouse) == before, "every date says the same under other names"
    new = tokens(warehouse)
    assert set(new) == set(DAYS[:2])
    assert len(set.union(*new.values())) == 1
    assert set.union(*new.values()).isdisjoint(set.union(*old.values()))

    run_night(NightRequest(settings, DAYS[2]))
    later = tokens(warehouse)
    assert set.union(*later.values()) == set.union(*new.values()), "the next night calls the person the same"
    assert [row for row in rows(warehouse) if row[0] != DAYS[2]] == before
    loads = {source["pseudonym_key"] for source in current_version(warehouse).manifest.sources}
    assert loads == {ring.pseudonyms.key_id}
