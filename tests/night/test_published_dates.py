"""The files for readers hold the dates that published_dates.csv names; the history keeps every one."""

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from orchestration.building.measuring import Measured
from orchestration.building.plan import RunPlan
from orchestration.errors import ConfigurationError
from orchestration.publishing import export
from orchestration.publishing.dates import DateRule, read_date_rules
from orchestration.publishing.history import MEASURED_TABLES
from orchestration.publishing.made import Made
from orchestration.publishing.manifest import Partition
from tests.rules.rule_tables import RULES_DIR, read

AS_OF = date(2026, 6, 30)
NIGHTS = [AS_OF - timedelta(days=back) for back in range(1, 800)]
RULES = read_date_rules(RULES_DIR, AS_OF)


def _ends(months: int) -> set[date]:
    """Last days of the months before as_of's."""
    found, day = set(), date(2026, 6, 1)
    for _ in range(months):
        found.add(day - timedelta(days=1))
        day = (day - timedelta(days=1)).replace(day=1)
    return found


@pytest.mark.rules("published_dates", "*")
def test_only_history_tables_have_a_rule() -> None:
    assert {row["mart"] for row in read("published_dates")} == set(RULES) <= set(MEASURED_TABLES)
    assert not {"mart_portfolio", "mart_tier_migration"} & set(RULES)


@pytest.mark.rules("published_dates", "fct_customer_risk")
def test_the_risk_of_every_night_of_a_month_and_of_every_month_end() -> None:
    shown = RULES["fct_customer_risk"].shown(NIGHTS, AS_OF)
    assert shown == {*NIGHTS[:35], *(day for day in _ends(27) if day >= NIGHTS[-1])}


@pytest.mark.rules("published_dates", "fct_customer_risk_factors")
def test_factors_of_yesterday_and_of_the_last_month_end() -> None:
    shown = RULES["fct_customer_risk_factors"].shown(NIGHTS, AS_OF)
    assert shown == {date(2026, 6, 29), date(2026, 5, 31)}


@pytest.mark.rules("published_dates", "mart_alerts")
def test_warnings_of_every_night_of_a_year() -> None:
    shown = RULES["mart_alerts"].shown(NIGHTS, AS_OF)
    assert shown == {*NIGHTS[:400], *(day for day in _ends(27) if day >= NIGHTS[-1])}


def test_a_month_without_its_last_day_shows_its_last_night() -> None:
    nights = [date(2026, 5, 28), date(2026, 5, 29), date(2026, 4, 30)]
    assert DateRule(0, 1).shown(nights, AS_OF) == {date(2026, 5, 29)}
    assert DateRule(0, None).shown([date(2026, 6, 28), date(2026, 6, 29)], AS_OF) == set()


def test_a_run_of_an_older_date_shows_the_dates_after_it() -> None:
    assert DateRule(0, 0).shown([date(2026, 7, 31), date(2026, 6, 29)], AS_OF) == {date(2026, 7, 31)}


@pytest.mark.parametrize(
    "line", ["fct_customer_risk,x,,2026.1,1900-01-01,,o,r", "fct_customer_risk,1,,2026.1,once,,o,r"]
)
def test_a_malformed_rule_names_its_line(tmp_path: Path, line: str) -> None:
    header = "mart,recent_days,months,rules_version,effective_from,effective_to,owner,rationale"
    (tmp_path / "published_dates.csv").write_text(f"{header}\n{line}\n")
    with pytest.raises(ConfigurationError, match=r"published_dates\.csv, line 2"):
        read_date_rules(tmp_path, AS_OF)


def test_what_is_not_published_stays_in_the_history(tmp_path: Path) -> None:
    days = (date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 15))
    history = {
        table: {day: _partition(f"{table}-{day}") for day in days}
        for table in ("fct_customer_risk_factors", "mart_portfolio")
    }
    made = Made(tmp_path, _plan(history), Measured(_plan(history)), {}, None)
    files = made.history_files(Path("w"), {"fct_customer_risk_factors": DateRule(1, 1)})
    own = tmp_path / "partitions"
    assert files["fct_customer_risk_factors"] == [
        Path("w/fct_customer_risk_factors-2026-05-31"),
        own / "fct_customer_risk_factors.parquet",
    ]
    shown = [Path(f"w/mart_portfolio-{day}") for day in days]
    assert files["mart_portfolio"] == [*shown, own / "mart_portfolio.parquet"]
    assert set(made.plan.carried["fct_customer_risk_factors"]) == set(days)


def _partition(file: str) -> Partition:
    return Partition(
        file=file, sha256="", rows=1, run_id="r", inputs_sha256="", rules_sha256="", code_sha256=""
    )


def _plan(history: dict[str, dict[date, Partition]]) -> RunPlan:
    return RunPlan.model_construct(as_of=AS_OF, history=history)


def test_a_large_partition_is_written_in_order_by_any_number_of_threads(tmp_path: Path) -> None:
    with duckdb.connect(config={"threads": 4, "preserve_insertion_order": False}) as connection:
        connection.execute(
            "create table found as select date '2026-06-30' as as_of_date, (range * 7919) % 1500000 as customer_key,"
            " md5(cast(range as varchar)) as run_id from range(1500000)"
        )
        written = tmp_path / "p.parquet"
        export.write_partition(connection, "found", ("customer_key",), written)
        moved = connection.execute(
            "select count(*) from (select customer_key, lag(customer_key) over (order by file_row_number) as before"
            f" from read_parquet('{tmp_path / 'p.parquet'}', file_row_number = true)) where before > customer_key"
        ).fetchall()
        assert moved == [(0,)]
        assert connection.execute("select current_setting('preserve_insertion_order')").fetchall() == [
            (False,)
        ]


def test_a_date_of_an_older_shape_keeps_its_place_and_its_rows(tmp_path: Path) -> None:
    """Columns that came since are null in it, those that went are gone; nothing is sorted again."""
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as finance")
        connection.execute("create schema finance.marts")
        connection.execute("create table shape (as_of_date date, customer_key varchar, came integer)")
        older, own = tmp_path / "older.parquet", tmp_path / "own.parquet"
        connection.execute(
            f"copy (select date '2026-05-31' as as_of_date, 'went' as went, 'b' as customer_key union all"
            f" select date '2026-05-31', 'went', 'a') to '{older}'"
        )
        connection.execute(
            f"copy (select date '2026-06-30' as as_of_date, 'a' as customer_key, 1 as came) to '{own}'"
        )
        export.join_dates(connection, "shape", "finance.marts.kept", [older, own])
        assert connection.execute("from finance.marts.kept").fetchall() == [
            (date(2026, 5, 31), "b", None),
            (date(2026, 5, 31), "a", None),
            (date(2026, 6, 30), "a", 1),
        ]
