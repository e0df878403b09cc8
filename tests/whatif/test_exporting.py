"""A comparison in a folder: all rows, nobody's name, closed to others, and never over what is there."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.errors import ConfigurationError
from orchestration.rules.tables import read_rows
from orchestration.settings import Settings
from orchestration.whatif import exporting
from orchestration.whatif.challenge import Change
from orchestration.whatif.exporting import Kind, export, refuse_folder
from tests.whatif.test_comparing import ON, SIDE, customer, factor, scored

FILES = {
    "controls", "credit_control", "expected_loss", "expected_loss_by_customer", "limits", "movers", "rule_changes",
    "score_calibration", "score_validation", "score_worth", "tier_matrix", "tiers_by_date",
}  # fmt: skip


def loss(probability: float, expected: float) -> dict[str, Any]:
    return {
        "customer_key": "a", "customer_id": "crm:a", "as_of_date": ON, "probability_of_default": probability,
        "loss_given_default": 0.45, "exposure_at_default_base": 100, "expected_loss_base": expected,
        "pd_method": "rule_prior",
    }  # fmt: skip


CHAMPION = SIDE | {
    "fct_customer_risk": [
        customer("a", 42.0, "moderate"),
        customer("b", 10.0, "low"),
    ],
    "mart_expected_loss": [loss(0.03, 1.35)],
}
CHALLENGER = CHAMPION | {
    "fct_customer_risk": [customer("a", 52.0, "high"), customer("b", 11.0, "low", override_id="o1")],
    "fct_customer_risk_factors": [
        factor("a", "late_share", 90, 0.6, 40, band=2),
        factor("a", "utilisation", 30, 0.4, 12),
        factor("b", "late_share", 11, 1, 11),
    ],
    "mart_expected_loss": [loss(0.12, 5.4)],
}
CHANGE = Change("factor_bands", "late_share 1", "points_at_upper", "70", "90")


def written(out: Path, kind: Kind) -> list[str]:
    return export(scored(CHAMPION, CHALLENGER, CHANGE), {"on": ON, "is_empty": False}, out, kind)


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_every_mover_stands_in_the_folder_with_the_reasons(tmp_path: Path, kind: Kind) -> None:
    out = tmp_path / "new" / "compared"
    assert set(written(out, kind)) == {f"{name}.{kind}" for name in FILES} | {"comparison.json"}
    assert json.loads((out / "comparison.json").read_text())["on"] == ON.isoformat()

    def rows(name: str, columns: str) -> list[tuple[Any, ...]]:
        return duckdb.sql(f"select {columns} from '{out}/{name}.{kind}'").fetchall()

    assert rows("movers", "customer_id, tier_before, tier_after, reasons") == [
        ("crm:a", "moderate", "high", "late_share +10.00: points 70 -> 90, band 1 -> 2"),
        ("crm:b", "low", "low", "late_share +1.00: points 10 -> 11; a person's override is in force"),
    ]
    assert rows("tier_matrix", "tier_before, tier_after, customers") == [
        ("low", "low", 1),
        ("moderate", "high", 1),
    ]
    assert rows("expected_loss", "loss_before::double, loss_after::double") == [(1.35, 5.4)]
    assert rows("expected_loss_by_customer", "customer_id, probability_before, probability_after") == [
        ("crm:a", 0.03, 0.12)
    ]
    assert rows("rule_changes", "table_name, before, after") == [
        ("factor_bands", *map(type_of(kind), ("70", "90")))
    ]
    assert rows("score_worth", "auc_before, auc_after") == [(0.7, 0.7)]


def type_of(kind: Kind) -> type:
    # CSV says of no cell whether it is a text; its readers guess.
    return int if kind == "csv" else str


def test_nobody_is_named_and_nobody_else_may_read(tmp_path: Path) -> None:
    out = tmp_path / "compared"
    umask = os.umask(0)
    try:
        written(out, "csv")
    finally:
        os.umask(umask)
    assert out.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in out.iterdir()} == {0o640}
    categories = {
        row["column_name"]: row["category"] for row in read_rows(Settings().rules_dir, "column_categories")
    }
    for path in out.glob("*.csv"):
        columns = path.read_text(encoding="utf-8").splitlines()[0].split(",")
        found = {categories.get(name.removesuffix("_before").removesuffix("_after")) for name in columns}
        assert not found & {"organisation_name", "pseudonym"}, path.name
    assert "customer_id" in (out / "movers.csv").read_text(encoding="utf-8")


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    out = tmp_path / "compared"
    out.mkdir()
    written(out, "csv")  # an empty folder may be given
    before = {path: path.read_bytes() for path in out.iterdir()}
    with pytest.raises(ConfigurationError, match="nothing is overwritten") as caught:
        written(out, "parquet")
    assert "name a new folder" in caught.value.way_out
    assert {path: path.read_bytes() for path in out.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["compared"]
    with pytest.raises(ConfigurationError, match="is no folder"):
        refuse_folder(out / "movers.csv")


def test_a_failure_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(exporting._FILES, "limits", "from no_such_table")
    with pytest.raises(duckdb.CatalogException):
        written(tmp_path / "compared", "csv")
    assert list(tmp_path.iterdir()) == []
