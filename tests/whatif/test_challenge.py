"""The challenger's rule tables: laid over those in force, refused by file, line and column, told cell by cell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from orchestration.errors import ConfigurationError
from orchestration.settings import Settings
from orchestration.whatif import challenge
from orchestration.whatif.challenge import Challenge, prepare
from orchestration.whatif.scoring import month_ends

ON = date(2026, 6, 30)
RULES = Settings().rules_dir
Prepare = Callable[..., Challenge]


@pytest.fixture
def prepared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Prepare:
    """Prepare a challenger from texts by file name; the models are left out, no test here builds."""
    copytree = challenge.shutil.copytree
    monkeypatch.setattr(
        challenge.shutil,
        "copytree",
        lambda source, target, **_: copytree(source, target) if source == RULES else None,
    )

    def make(on: date = ON, **files: str) -> Challenge:
        given = tmp_path / "given"
        given.mkdir()
        for name, text in files.items():
            (given / f"{name}.csv").write_text(text, encoding="utf-8")
        return prepare(Settings(), given, tmp_path / "project", on)

    return make


def text(table: str, *edits: tuple[str, str]) -> str:
    found = (RULES / f"{table}.csv").read_text(encoding="utf-8")
    for before, after in edits:
        assert before in found
        found = found.replace(before, after, 1)
    return found


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_same_file_changes_nothing_though_a_spreadsheet_marked_it(prepared: Prepare, mark: str) -> None:
    made = prepared(risk_tiers=mark + text("risk_tiers"))
    assert (made.seeds, made.changes, made.warnings) == (("risk_tiers",), (), ())


def test_a_changed_cell_is_told_and_the_other_tables_stay(prepared: Prepare) -> None:
    made = prepared(
        risk_tiers=text("risk_tiers", ("moderate,2,25,45", "moderate,2,25,40"), ("high,3,45", "high,3,40"))
    )
    assert [(c.rule, c.column, c.before, c.after) for c in made.changes] == [
        ("moderate", "score_to", "45", "40"),
        ("high", "score_from", "45", "40"),
    ]
    assert made.settings.rules_dir != RULES
    assert "moderate,2,25,40" in (made.settings.rules_dir / "risk_tiers.csv").read_text(encoding="utf-8")
    untouched = "factor_bands.csv"
    assert (made.settings.rules_dir / untouched).read_bytes() == (RULES / untouched).read_bytes()


def test_rows_that_start_later_say_why_nothing_moves(prepared: Prepare) -> None:
    rows = text("hard_rules")
    added = next(row for row in rows.splitlines() if row.startswith("bankruptcy"))
    later = added.replace("bankruptcy,", "liquidation,", 1).replace("1900-01-01", "2026-07-01")
    made = prepared(hard_rules=f"{rows}{later}\n")
    assert made.changes == ()
    assert "no rule in force on 2026-06-30" in made.warnings[0]


def test_a_rule_added_and_one_dropped(prepared: Prepare) -> None:
    rows = text("hard_rules")
    dropped = next(row for row in rows.splitlines() if row.startswith("bankruptcy"))
    made = prepared(hard_rules=rows.replace(dropped, dropped.replace("bankruptcy,", "liquidation,", 1)))
    assert [(c.rule, c.before, c.after) for c in made.changes] == [
        ("bankruptcy", "in force", "–"),
        ("liquidation", "–", "in force"),
    ]


@pytest.mark.parametrize(
    ("table", "edit", "said"),
    [
        ("risk_tiers", ("risk_tier,rank", "rank,risk_tier"), "line 1: column 1 is rank, expected risk_tier"),
        ("risk_tiers", ("low,1,0,25", "low,1,0,a quarter"), "line 3, column score_to: the cell is no double"),
        ("risk_tiers", ("low,1,0,25", "low,1.5,0,25"), "line 3, column rank: the cell is no integer"),
        ("risk_tiers", ("low,1,0,25", "low,1,0,25,9"), "line 3: has 12 cells, the header 11"),
        ("risk_tiers", ("25,Low,低风险,2026.1", "25,Low,低风险,1999.1"), "names the unknown rules version 1999.1"),
        ("risk_tiers", ("Low,低风险,2026.1,1900-01-01", "Low,低风险,2026.1,soon"), "effective_from: the cell is no"),
    ],
)  # fmt: skip
def test_a_broken_table_is_refused_with_its_place(prepared: Prepare, table: str, edit, said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        prepared(**{table: text(table, edit)})
    assert f"given/{table}.csv" in caught.value.message
    assert said in caught.value.message
    assert "nothing was built" in caught.value.way_out


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "it holds no CSV file"),
        ({"risk_tier": "a\n"}, "no rule table is called risk_tier.csv"),
        ({"small_cells": "a\n"}, "changes no score"),
    ],
)
def test_a_folder_that_cannot_be_meant(prepared: Prepare, files: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        prepared(**files)


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="there is no folder"):
        prepare(Settings(), tmp_path / "none", tmp_path / "project", ON)


def test_month_ends_before_a_date_not_before_the_first_record() -> None:
    assert month_ends(date(2026, 1, 15), date(2026, 3, 31), 36) == [date(2026, 1, 31), date(2026, 2, 28)]
    assert month_ends(date(2020, 1, 1), date(2026, 3, 15), 2) == [date(2026, 1, 31), date(2026, 2, 28)]
    assert month_ends(date(2020, 1, 1), date(2026, 3, 15), 0) == []
