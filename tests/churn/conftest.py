"""The rules that follow from a churn score, on tables that a test writes."""

import pytest

from tests.scoring.bench import ScoringBench


@pytest.fixture(scope="session")
def bench() -> ScoringBench:
    """Retention steps and attention on an in-memory warehouse."""
    return ScoringBench({"int_retention_steps", "int_customer_attention", "int_churn_reasons"})
