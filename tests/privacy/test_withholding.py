"""The file for BI: which marts withhold small cells, what is blanked, and that finance still sees all."""

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from orchestration.publishing.small_cells import Line
from orchestration.publishing.withholding import FLAG, lines_of, read_rules, shown_to_bi
from tests.conftest import PublishedDemo
from tests.rules.rule_tables import RULES_DIR, read
from tests.support.project import DBT_DIR

AS_OF = date(2026, 6, 30)
RULES = read_rules(RULES_DIR, AS_OF)
CUSTOMER_COLUMNS = {"customer_key", "customer_id", "group_customer_id"}


def _bi_marts() -> dict[str, set[str]]:
    """Columns of each mart that BI sees."""
    found = {}
    for file in (DBT_DIR / "models/marts").rglob("_*__models.yml"):
        for model in yaml.safe_load(file.read_text(encoding="utf-8"))["models"]:
            if "bi" in model["config"]["meta"]["audience"]:
                found[model["name"]] = {column["name"] for column in model["columns"]}
    return found


@pytest.mark.rules("small_cells", "*")
def test_every_mart_of_bi_without_customers_has_a_rule() -> None:
    marts = _bi_marts()
    aggregates = {name for name, columns in marts.items() if not columns & CUSTOMER_COLUMNS}
    assert {row["mart"] for row in read("small_cells")} == aggregates
    for name, rule in RULES.items():
        spans = [part for dimension in rule.dimensions for part in dimension.partition(":")[0].split("..")]
        named = {*rule.counts, *rule.within, *spans, *rule.blanked, *rule.of_totals, FLAG}
        assert named <= marts[name], named - marts[name]
        assert set(rule.counts) <= set(rule.blanked)
        assert rule.least >= 5


def test_every_number_of_a_withheld_row_is_blanked() -> None:
    """What is left of a withheld row says where it stands, not what it holds."""
    left = {name: _bi_marts()[name] - set(rule.blanked) - set(rule.of_totals) for name, rule in RULES.items()}
    run = {"as_of_date", "rules_version", "run_id", FLAG}
    assert {name: columns - run for name, columns in left.items()} == {
        "mart_satisfaction": {
            *("satisfaction_key", "scope_type", "scope_name", "metric", "survey_method"),
            *("period_type", "period_start", "period_end"),
        },
        "mart_satisfaction_drivers": {"satisfaction_driver_key", "attribute"},
        "mart_tier_migration": {"migration_key", "from_date", "from_tier", "to_tier"},
    }


def _shown(mart: str, columns: str, rows: list[tuple]) -> list[dict[str, Any]]:
    """Rows of a mart as BI gets them; columns of the rule that are not given are null."""
    rule = RULES[mart]
    given = columns.split()
    others = [name for name in (*rule.blanked, *rule.of_totals) if name not in given]
    with duckdb.connect() as connection:
        kinds = dict.fromkeys(("as_of_date", "period_start", "period_end"), "date")
        kinds |= dict.fromkeys(rule.counts, "int")
        types = ", ".join(f"{name} {kinds.get(name, 'varchar')}" for name in [*given, *others])
        connection.execute(f"create table t ({types}, {FLAG} boolean default false)")
        marks = ", ".join("?" * len(given))
        connection.executemany(f"insert into t ({', '.join(given)}) values ({marks})", rows)
        cursor = connection.execute(shown_to_bi(connection, "t", given[0], rule) + f" order by {given[0]}")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def test_a_small_cell_of_a_migration_takes_a_second_one_with_it() -> None:
    columns = "migration_key as_of_date from_tier to_tier customers exposure"
    rows = [
        ("1", AS_OF, "low", "low", 40, "1.00"),
        ("2", AS_OF, "low", "high", 2, "2.00"),
        ("3", AS_OF, "low", "left", 9, "3.00"),
        ("4", AS_OF, "high", "high", 20, "4.00"),
        ("5", date(2026, 5, 31), "high", "high", 20, "5.00"),
    ]
    shown = _shown("mart_tier_migration", columns, rows)
    out = {row["migration_key"] for row in shown if row[FLAG]}
    assert {"2", "3"} <= out
    assert "5" not in out
    assert all((row["customers"] is None) == row[FLAG] for row in shown)
    assert all((row["exposure"] is None) == row[FLAG] for row in shown)


def _satisfaction(scope: str, method: str, start: date, end: date, answers: int) -> dict[str, Any]:
    return {
        "scope_name": scope,
        "survey_method": method,
        "period_start": start,
        "period_end": end,
        "answers": answers,
    }


def test_periods_add_up_only_where_they_fit() -> None:
    year = (date(2025, 7, 1), date(2026, 6, 30))
    quarters = [
        (date(2025, 7, 1), date(2025, 9, 30)),
        (date(2025, 10, 1), date(2025, 12, 31)),
        (date(2026, 4, 1), date(2026, 6, 30)),
    ]
    rows = [_satisfaction("all", "all", *period, 9) for period in (year, *quarters)]
    assert lines_of(rows, ["period_start..period_end"]) == [Line((1, 2, 3), 0)]
    late = _satisfaction("all", "all", date(2025, 4, 1), date(2025, 7, 2), 9)
    assert lines_of([*rows, late], ["period_start..period_end"]) == []


def test_a_total_does_not_give_a_tier_or_a_quarter_away() -> None:
    columns = "satisfaction_key as_of_date metric scope_name survey_method period_start period_end"
    columns += " answers adjusted_value"
    year = (date(2025, 7, 1), date(2026, 6, 30))
    rows = [
        ("1", AS_OF, "nps", "all", "all", *year, 30, "41"),
        ("2", AS_OF, "nps", "key", "all", *year, 3, None),
        ("3", AS_OF, "nps", "core", "all", *year, 12, None),
        ("4", AS_OF, "nps", "base", "all", *year, 15, None),
        ("5", AS_OF, "csat", "all", "all", *year, 30, "41"),
    ]
    shown = _shown("mart_satisfaction", columns, rows)
    assert [row["answers"] for row in shown] == [30, None, None, 15, 30]
    assert [row[FLAG] for row in shown] == [False, True, True, False, False]
    # The weighted mean is made of the tiers' own: with theirs withheld it would tell them.
    assert [row["adjusted_value"] for row in shown] == [None, None, None, None, "41"]


def test_bi_sees_no_small_cell_and_finance_sees_all(published_demo: PublishedDemo) -> None:
    current: Path = published_demo.warehouse / "current"
    with duckdb.connect(str(current / "finance.duckdb"), read_only=True) as finance:
        finance.execute(f"attach '{current / 'bi.duckdb'}' as bi (read_only)")
        for mart, rule in RULES.items():
            least = f"least({', '.join(f'nullif({name}, 0)' for name in rule.counts)})"
            small = f"from marts.{mart} where {least} < {rule.least}"
            expected = finance.execute(f"select count(*) {small}").fetchall()
            assert finance.execute(
                f"select count(*) from bi.marts.{mart} where {least} < {rule.least}"
            ).fetchall() == [(0,)]
            flags = finance.execute(
                f"select count(*) filter ({FLAG}), count(*) from bi.marts.{mart}"
            ).fetchall()
            assert flags[0][0] >= expected[0][0]
            assert finance.execute(f"select count(*) from marts.{mart}").fetchall() == [(flags[0][1],)]
            assert finance.execute(f"select bool_or({FLAG}) from marts.{mart}").fetchall() == [(False,)]
