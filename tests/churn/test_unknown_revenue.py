"""Of whom no invoice is known, the marts name no revenue: neither nought nor a figure."""

import pytest

from tests.scoring.bench import ScoringBench

CUSTOMERS = [{"customer_key": key, "customer_id": key} for key in ("billed", "ordering", "asking")]
BUYING = [
    {"customer_key": "billed", "purchases": 3, "open_orders": 1},
    {"customer_key": "ordering", "purchases": 1, "open_orders": 1},
]


@pytest.fixture(scope="module")
def bench() -> ScoringBench:
    """Both marts on an in-memory warehouse."""
    return ScoringBench({"mart_churn_watchlist", "mart_loyalty"})


def test_the_watchlist_puts_no_figure_at_risk_that_nobody_billed(bench: ScoringBench) -> None:
    bench.run(
        "marts.mart_churn_watchlist",
        int_customers=CUSTOMERS,
        int_customer_buying=BUYING,
        int_retention_steps=[{"customer_key": row["customer_key"], "churn_score": 70} for row in CUSTOMERS],
        int_customer_outlook=[
            {"customer_key": "billed", "yearly_revenue": 900, "revenue_at_risk": 300},
            {"customer_key": "ordering", "yearly_revenue": 0, "revenue_at_risk": 0},
        ],
    )
    rows = bench.rows("from marts.mart_churn_watchlist")
    assert {row["customer_key"]: (row["yearly_revenue"], row["revenue_at_risk"]) for row in rows} == {
        "billed": (900, 300),
        "ordering": (None, None),
        "asking": (None, None),
    }


def test_nobody_is_worth_nought_of_whom_no_invoice_is_known(bench: ScoringBench) -> None:
    amounts = ("revenue_to_date", "expected_value", "lifetime_value")
    bench.run(
        "marts.mart_loyalty",
        int_customers=CUSTOMERS,
        int_customer_buying=BUYING,
        int_customer_care=[{"customer_key": row["customer_key"], "care_consents": 1} for row in CUSTOMERS],
        int_customer_lifetime_value=[
            {"customer_key": "billed", **dict.fromkeys(amounts, 500)},
            {"customer_key": "ordering", **dict.fromkeys(amounts, 0)},
        ],
    )
    rows = bench.rows("from marts.mart_loyalty")
    assert {row["customer_key"]: tuple(row[name] for name in amounts) for row in rows} == {
        "billed": (500, 500, 500),
        "ordering": (None,) * 3,
        "asking": (None,) * 3,
    }
