"""The landing folder full of planted values goes through the door: none is left outside of the vault."""

import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from orchestration import clock
from orchestration.building import inputs
from orchestration.cli.app import run as crw
from orchestration.demo import generate
from orchestration.landing.ledger import Delivery
from orchestration.protection.keyring import KeyRing
from orchestration.protection.vault import read_vault
from orchestration.settings import Settings
from tests.privacy.canaries import Canaries, plant, refused_keys
from tests.support.leaks import Searcher

CUSTOMERS = 24


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Canaries]:
    folder = tmp_path_factory.mktemp("canaries") / "landing"
    canaries = Canaries()
    generate(folder, CUSTOMERS)
    plant(folder, canaries)
    return folder, canaries


def _land(landing: Path, warehouse: Path) -> Delivery:
    settings = Settings.from_environment(warehouse=warehouse, landing=landing)
    return inputs.land_delivery(settings, clock.utc_now(), date(2026, 6, 30), lambda *_: None)


def _clear_values(warehouse: Path) -> str:
    keys = KeyRing.load(Settings.from_environment(warehouse=warehouse))
    tables = [read_vault(file, keys) for file in (warehouse / "vault").rglob("*.parquet")]
    return "\0".join(
        text for table in tables for name in ("value", "column") for text in table[name].to_pylist()
    )


def test_enough_is_planted_of_every_kind(landing: tuple[Path, Canaries]) -> None:
    kinds = Counter(landing[1].planted.values())
    assert sum(kinds.values()) >= 200
    assert len(kinds) == 10
    assert min(kinds.values()) >= 5, kinds


def test_nothing_passes_the_door_but_into_the_vault(landing: tuple[Path, Canaries], tmp_path: Path) -> None:
    folder, canaries = landing
    delivery = _land(folder, tmp_path)
    assert not delivery.refused, [load.refusal for load in delivery.refused]
    searched = Searcher(canaries.planted).folder(tmp_path)
    assert not searched.leaks, searched.told()
    assert searched.read["parquet"] > 50
    # What the search did not find has to lie in the vault: a value that was never read proves nothing.
    kept = _clear_values(tmp_path)
    unkept = Counter(kind for value, kind in canaries.planted.items() if value not in kept)
    # A column the mapping ignores is not taken at all; a row with an amount that is none is quarantined without it.
    assert unkept == {"name_zh": 2, "email": 1}


def test_a_refused_delivery_tells_no_value(
    landing: tuple[Path, Canaries],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    copy, canaries = tmp_path / "landing", Canaries(seed=7)
    shutil.copytree(landing[0], copy)
    keys = refused_keys(copy, canaries)
    monkeypatch.setenv("COLUMNS", "500")
    assert crw(["nightly", "--landing", str(copy), "--warehouse", str(tmp_path / "wh")]) == 1
    said = "".join(capfd.readouterr())
    (tmp_path / "said.txt").write_text(said)
    assert "survey_answers.jsonl, line 1, column key" in said
    assert "Way out" in said
    searched = Searcher([*landing[1].planted, *keys]).folder(tmp_path, leave_out=[copy])
    assert not searched.leaks, searched.told()
