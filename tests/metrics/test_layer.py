"""The metric layer itself: valid, described, over tables that BI reads; and what it answers in the awkward cases."""

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest
from metricflow_semantic_interfaces.validations.semantic_manifest_validator import SemanticManifestValidator

from orchestration.building.contracts import contract_shape
from orchestration.defs.dbt_manifest import dbt_manifest
from orchestration.settings import PROJECT_ROOT
from tests.support.metrics import layer, query

ASKED_FOR = {
    "bad_debt_rate",
    "customers",
    "default_rate",
    "expected_loss",
    "exposure",
    "nps",
    "overdue_rate",
    "provision",
    "sla_attainment",
}
TODAY, MONTH_BEFORE = date(2026, 6, 30), date(2026, 5, 31)


@pytest.fixture
def bi() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database called bi with every table of the metrics, empty, of the shape its contract declares."""
    with duckdb.connect(":memory:") as connection:
        connection.execute("attach ':memory:' as bi")
        connection.execute("create schema bi.marts")
        for model in layer().semantic_models:
            table = model.node_relation.alias
            columns = ", ".join(
                f"{name} {kind}" for name, kind in contract_shape(PROJECT_ROOT / "dbt_project", table)
            )
            connection.execute(f"create table bi.marts.{table} ({columns})")
        yield connection


def insert(connection: duckdb.DuckDBPyConnection, table: str, *rows: dict[str, object]) -> None:
    """Insert rows; what they leave out is null."""
    for row in rows:
        marks = ", ".join("?" for _ in row)
        connection.execute(
            f"insert into bi.marts.{table} ({', '.join(row)}) values ({marks})", [*row.values()]
        )


def days(connection: duckdb.DuckDBPyConnection, *of: date) -> None:
    """Fill the table of dates; the last one is this version's."""
    insert(connection, "dim_dates", *({"calendar_date": day, "as_of_date": max(of)} for day in of))


def risk(day: date, customer: str, tier: str, owed: int, overdue: int = 0) -> dict[str, object]:
    """One row of fct_customer_risk."""
    amounts = {"exposure": owed, "open_receivables": owed, "overdue_balance": overdue, "is_default": False}
    key = {"customer_risk_key": f"{day}{customer}", "as_of_date": day, "customer_key": customer}
    return {**key, "risk_tier": tier, **amounts}


def test_the_layer_is_valid_without_a_warning() -> None:
    result = SemanticManifestValidator().validate_semantic_manifest(layer())
    found = [issue.as_readable_str() for issue in result.all_issues]
    assert not found


def test_every_metric_asked_for_is_there_and_all_are_labelled_and_described() -> None:
    metrics = {metric.name: metric for metric in layer().metrics}
    assert set(metrics) >= ASKED_FOR
    bare = [name for name, metric in metrics.items() if not (metric.label and metric.description)]
    assert not bare
    texts = [metric.label for metric in metrics.values()]
    assert len(texts) == len(set(texts)), "two metrics of one label cannot be told apart in a report"


def test_metrics_read_nothing_but_tables_that_bi_gets() -> None:
    read = {model.node_relation.alias: model.node_relation for model in layer().semantic_models}
    models = {
        node["name"]: node["config"]["meta"]["audience"]
        for node in dbt_manifest()["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == "marts"
    }
    assert {name for name in read if "bi" not in models[name]} == set()
    assert {(relation.database, relation.schema_name) for relation in read.values()} == {("bi", "marts")}
    [spine] = layer().project_configuration.time_spines
    assert "bi" in models[spine.node_relation.alias]


def test_every_dimension_is_a_column_or_an_expression_over_columns_that_binds(
    bi: duckdb.DuckDBPyConnection,
) -> None:
    for model in layer().semantic_models:
        parts = [*model.dimensions, *model.entities, *model.measures]
        listed = ", ".join(f"({part.expr or part.name})" for part in parts)
        assert not bi.execute(f"select {listed} from bi.marts.{model.node_relation.alias}").fetchall()


@pytest.mark.parametrize("metric", sorted(metric.name for metric in layer().metrics))
def test_nothing_measured_is_null_and_never_nought(bi: duckdb.DuckDBPyConnection, metric: str) -> None:
    rows = query(bi, [metric])
    assert rows in ([], [(None,)])


def test_a_rate_without_a_denominator_is_null(bi: duckdb.DuckDBPyConnection) -> None:
    days(bi, TODAY)
    insert(bi, "fct_customer_risk", risk(TODAY, "a", "low", 0))
    nobody = {"performing_customers": 0, "defaulted_customers": 0}
    nothing = {"cohort_invoiced": 0, "cohort_written_off": 0}
    insert(bi, "mart_portfolio", {"portfolio_key": "p", "as_of_date": TODAY, **nobody, **nothing})
    insert(
        bi,
        "mart_complaints",
        {
            "complaint_key": "c",
            "opened_date": TODAY,
            "response_state": "running",
            "resolution_state": "unknown",
        },
    )
    assert query(bi, ["overdue_rate"]) == [(None,)]
    assert query(bi, ["default_rate", "bad_debt_rate"]) == [(None, None)]
    assert query(bi, ["sla_attainment", "response_sla_attainment", "service_cases"]) == [(None, None, 1)]


def test_customers_are_those_of_this_version_whatever_is_asked_about(bi: duckdb.DuckDBPyConnection) -> None:
    """MetricFlow's own way to a last date looks after the filter, and would bring back the month before."""
    days(bi, MONTH_BEFORE, TODAY)
    insert(
        bi,
        "fct_customer_risk",
        risk(MONTH_BEFORE, "a", "critical", 70, 70),
        risk(TODAY, "a", "high", 50, 25),
        risk(TODAY, "b", "low", 30),
    )
    insert(bi, "mart_customer_tier", {"customer_key": "a", "customer_type": "company"})
    tier = "customer_risk__risk_tier"
    assert query(bi, ["customers", "exposure", "overdue_rate"], [tier]) == [
        ("high", 1, 50, 0.5),
        ("low", 1, 30, 0),
    ]
    critical = ["{{ Dimension('customer_risk__risk_tier') }} = 'critical'"]
    assert query(bi, ["exposure"], where=critical) == [(None,)]
    assert query(bi, ["exposure"], ["customer__customer_type"]) == [(None, 30), ("company", 50)]


def test_the_book_by_month_is_that_of_the_last_date_in_it(bi: duckdb.DuckDBPyConnection) -> None:
    dates = [date(2026, 5, 30), MONTH_BEFORE, date(2026, 6, 29)]
    rows = zip(dates, (100, 200, 400), strict=True)
    insert(
        bi,
        "mart_portfolio",
        *(
            {
                "portfolio_key": str(day),
                "as_of_date": day,
                "exposure": amount,
                "performing_customers": 10,
                "defaulted_customers": amount / 100,
            }
            for day, amount in rows
        ),
    )
    assert query(bi, ["portfolio_exposure", "default_rate"], ["metric_time__month"]) == [
        (date(2026, 5, 1), 200, 0.2),
        (date(2026, 6, 1), 400, 0.4),
    ]
    assert query(bi, ["portfolio_exposure"]) == [(400,)]


def test_answers_count_once_though_the_mart_holds_totals_too(bi: duckdb.DuckDBPyConnection) -> None:
    def cell(
        key: str, scope: tuple[str, str], method: str, period: str, counts: tuple[int, int, int]
    ) -> dict[str, object]:
        names = ("answers", "promoters", "detractors")
        named = {"scope_type": scope[0], "scope_name": scope[1], "survey_method": method}
        when = {"period_type": period, "period_start": date(2026, 4, 1)}
        return {
            "satisfaction_key": key,
            "metric": "nps",
            **named,
            **when,
            **dict(zip(names, counts, strict=True)),
        }

    key, small, company = ("value_tier", "key"), ("value_tier", "small"), ("company", "all")
    insert(
        bi,
        "mart_satisfaction",
        cell("1", key, "phone", "quarter", (4, 3, 0)),
        cell("2", small, "online", "quarter", (6, 1, 4)),
        cell("3", key, "all", "quarter", (4, 3, 0)),
        cell("4", company, "phone", "quarter", (4, 3, 0)),
        cell("5", company, "all", "quarter", (10, 4, 4)),
        cell("6", key, "phone", "trailing", (4, 3, 0)),
    )
    assert query(bi, ["nps", "nps_answers"]) == [(0, 10)]
    assert query(bi, ["nps"], ["metric_time__quarter"]) == [(date(2026, 4, 1), 0)]


def test_a_withheld_quarter_is_no_zero(bi: duckdb.DuckDBPyConnection) -> None:
    place = {"scope_type": "company", "scope_name": "all", "survey_method": "all", "period_type": "quarter"}
    row = {"satisfaction_key": "1", "metric": "nps", "period_start": date(2026, 4, 1), "is_suppressed": True}
    insert(bi, "mart_satisfaction", {**row, **place, "answers": None, "promoters": None, "detractors": None})
    assert query(bi, ["nps", "nps_answers"]) == [(None, None)]


def test_a_promise_still_running_is_neither_kept_nor_broken(bi: duckdb.DuckDBPyConnection) -> None:
    states = [("met", "met"), ("met", "breached"), ("breached", "running"), ("at_risk", "unknown")]
    for number, (response, resolution) in enumerate(states):
        row = {
            "complaint_key": str(number),
            "opened_date": TODAY,
            "response_state": response,
            "resolution_state": resolution,
        }
        insert(bi, "mart_complaints", row)
    answered, solved, both = query(
        bi, ["response_sla_attainment", "resolution_sla_attainment", "sla_attainment"]
    )[0]
    assert (round(answered, 6), solved, both) == (0.666667, 0.5, 0.6)
