"""One set of compiled watching models for all tests of this folder."""

from __future__ import annotations

import pytest

from tests.scoring.bench import ScoringBench, models_of


@pytest.fixture(scope="session")
def bench() -> ScoringBench:
    """Alerts on an in-memory warehouse: their inputs, and earlier dates, are tables that a test writes."""
    return ScoringBench(models_of("watching") | {"mart_alerts"})
