"""One set of compiled validation models for all tests of this folder."""

from __future__ import annotations

import pytest

from tests.scoring.bench import ScoringBench, models_of

MARTS = {
    "mart_score_validation",
    "mart_score_worth",
    "mart_score_calibration",
    "mart_score_roc",
    "mart_score_stability",
}


@pytest.fixture(scope="session")
def bench() -> ScoringBench:
    """Validation on an in-memory warehouse: past scores and events are tables that a test writes."""
    return ScoringBench(models_of("validation") | MARTS)
