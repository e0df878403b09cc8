"""Every metric of the published demo is what a query written by hand finds in the marts, by its natural cuts."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

import duckdb
import pytest

from tests.conftest import PublishedDemo
from tests.support.metrics import layer, query

_NOW = "as_of_date = (select max(as_of_date) from mart_customer_tier)"
_COUNTS = {"nps": "promoters, detractors", "csat": "satisfied", "ces": "round(score_sum, 6)"}


def _surveys(metric: str) -> str:
    rows = "scope_type = 'company' and survey_method = 'all' and period_type = 'quarter'"
    return f"from mart_satisfaction where {rows} and metric = '{metric}'"


class Case(NamedTuple):
    """Metrics, what they are cut by, and the same by hand: dimensions first, then the metrics in their order."""

    metrics: list[str]
    by: list[str]
    by_hand: str


_MONEY = ["exposure", "open_receivables", "overdue_balance"]
_TIERS = ["unrated", "low", "moderate", "high", "critical"]
_PORTFOLIO = ["customers", "customers_in_default", *(f"customers_{tier}" for tier in _TIERS), *_MONEY]
_COHORTS = [
    "performing_customers",
    "defaulted_customers",
    "cohort_invoiced",
    "cohort_written_off",
    "open_alerts",
]
_CONTROL = {
    "month_end_receivables": "open_receivables",
    "month_end_overdue": "overdue_balance",
    "month_end_performing": "performing_customers",
    "month_end_defaulted": "defaulted_customers",
    "month_invoiced": "invoiced",
    "month_cohort_written_off": "cohort_written_off",
    "month_end_overdue_rate": "overdue_rate",
    "month_end_default_rate": "default_rate",
    "month_bad_debt_rate": "bad_debt_rate",
    "dso_sales": "dso_sales",
    "dso_days": "dso_days",
    "dso": "dso",
}
_LOSS = ["expected_loss", "exposure_at_default", "expected_defaults", "provision", "mean_default_probability"]
_LOSS += ["expected_loss_rate"]
_LOSS_BY_HAND = """
    sum(expected_loss_base), sum(exposure_at_default_base), sum(probability_of_default), sum(provision_base),
    avg(probability_of_default), cast(sum(expected_loss_base) as double) / nullif(sum(exposure_at_default_base), 0)
"""
_SLA = ["service_cases", "backlog_cases", "responses_measured", "responses_in_time", "resolutions_measured"]
_SLA += ["resolutions_in_time", "response_sla_attainment", "resolution_sla_attainment", "sla_attainment"]
_SLA_BY_HAND = """
    count(*), count(*) filter (is_backlog),
    count(*) filter (response_state in ('met', 'breached')), count(*) filter (response_state = 'met'),
    count(*) filter (resolution_state in ('met', 'breached')), count(*) filter (resolution_state = 'met'),
    count(*) filter (response_state = 'met')
        / nullif(count(*) filter (response_state in ('met', 'breached')), 0),
    count(*) filter (resolution_state = 'met')
        / nullif(count(*) filter (resolution_state in ('met', 'breached')), 0),
    (count(*) filter (response_state = 'met') + count(*) filter (resolution_state = 'met'))
        / nullif(
            count(*) filter (response_state in ('met', 'breached'))
            + count(*) filter (resolution_state in ('met', 'breached')), 0)
"""
CASES = {
    "today by tier": Case(
        ["customers", "customers_in_default", *_MONEY],
        ["customer_risk__risk_tier", "customer_risk__value_tier"],
        "select risk_tier, value_tier, count(*), count(*) filter (is_default), sum(exposure),"
        f" sum(open_receivables), sum(overdue_balance) from fct_customer_risk where {_NOW} group by all",
    ),
    "today by attention": Case(
        ["customers", "exposure"],
        ["customer__attention_level", "customer__customer_type"],
        "select attention_level, customer_type, count(*), sum(exposure) from mart_customer_tier group by all",
    ),
    "today by customer": Case(
        ["open_documents", "overdue_documents", "overdue_rate", "overdue_rate_documents"],
        ["customer"],
        "select customer_key, open_documents, overdue_documents, overdue_rate, overdue_rate_documents"
        f" from fct_customer_risk where {_NOW}",
    ),
    "today in all": Case(
        ["customers", "exposure", "overdue_rate"],
        [],
        f"select customers, exposure, overdue_rate from mart_portfolio where {_NOW}",
    ),
    "ageing": Case(
        ["open_balance"],
        ["ageing_row__ageing_bucket", "ageing_row__currency"],
        "select ageing_bucket, currency, sum(balance_base) from mart_ar_ageing group by all",
    ),
    "expected loss by tier and method": Case(
        ["loss_customers", *_LOSS],
        ["loss_expectation__model_risk_tier", "loss_expectation__pd_method"],
        f"select model_risk_tier, pd_method, count(*), {_LOSS_BY_HAND} from mart_expected_loss group by all",
    ),
    "expected loss by value": Case(
        _LOSS,
        ["customer__value_tier"],
        f"select value_tier, {_LOSS_BY_HAND} from mart_expected_loss"
        " join mart_customer_tier using (customer_key) group by all",
    ),
    "provision by age": Case(
        ["matrix_balance", "matrix_provision", "provision_rate"],
        ["provision_row__ageing_bucket", "provision_row__rate_source"],
        "select ageing_bucket, rate_source, sum(balance_base), sum(provision_base),"
        " cast(sum(provision_base) as double) / nullif(sum(balance_base), 0) from mart_provision group by all",
    ),
    "provision and ledger in all": Case(
        ["provision", "matrix_provision", "matrix_balance", "open_balance"],
        [],
        "select provision, provision, balance, balance"
        " from (select sum(provision_base) as provision from mart_expected_loss),"
        " (select sum(balance_base) as balance from mart_ar_ageing)",
    ),
    "portfolio by day": Case(
        [
            *(f"portfolio_{name}" for name in _PORTFOLIO),
            "portfolio_overdue_rate",
            *_COHORTS,
            "default_rate",
            "bad_debt_rate",
        ],
        ["metric_time__day"],
        f"select as_of_date, {', '.join(_PORTFOLIO)}, overdue_rate, {', '.join(_COHORTS)}, default_rate,"
        " bad_debt_rate from mart_portfolio",
    ),
    "credit control by month": Case(
        [*_CONTROL],
        ["metric_time__month"],
        f"select date_trunc('month', month_end), {', '.join(_CONTROL.values())} from mart_credit_control",
    ),
    "service by kind and month": Case(
        _SLA,
        ["service_case__case_type", "metric_time__month"],
        f"select case_type, date_trunc('month', opened_date), {_SLA_BY_HAND} from mart_complaints group by all",
    ),
    "service by value tier": Case(
        _SLA,
        ["customer__value_tier"],
        f"select value_tier, {_SLA_BY_HAND} from mart_complaints"
        " left join mart_customer_tier using (customer_key) group by all",
    ),
    **{
        f"{metric} by quarter": Case(
            [metric, f"{metric}_answers", *parts],
            ["metric_time__quarter"],
            f"select period_start, survey_value, answers, {_COUNTS[metric]} {_surveys(metric)}",
        )
        for metric, parts in {
            "nps": ["nps_promoters", "nps_detractors"],
            "csat": ["csat_satisfied"],
            "ces": ["ces_score_sum"],
        }.items()
    },
}


@pytest.fixture
def bi(published_demo: PublishedDemo) -> Iterator[duckdb.DuckDBPyConnection]:
    """The file that BI reads, as it reads it."""
    with duckdb.connect(
        str(published_demo.warehouse / "current" / "bi.duckdb"), read_only=True
    ) as connection:
        connection.execute("set search_path = 'marts'")
        yield connection


def comparable(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Dates without a time of day, numbers rounded as the marts publish them (4 digits at least), in order."""

    def plain(value: Any) -> Any:
        if isinstance(value, datetime):  # date_trunc by hand
            return value.date()
        if isinstance(value, float | Decimal):
            return round(float(value), 4)
        return value

    return sorted((tuple(plain(value) for value in row) for row in rows), key=str)


@pytest.mark.parametrize("name", CASES)
def test_a_metric_is_what_the_mart_says(bi: duckdb.DuckDBPyConnection, name: str) -> None:
    case = CASES[name]
    expected = comparable(bi.execute(case.by_hand).fetchall())
    assert expected
    assert any(value is not None for row in expected for value in row[len(case.by) :])
    assert comparable(query(bi, case.metrics, case.by)) == expected


def test_every_metric_is_compared_with_the_marts() -> None:
    compared = {metric for case in CASES.values() for metric in case.metrics}
    assert {metric.name for metric in layer().metrics} == compared
