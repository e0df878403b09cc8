"""One set of compiled relationship models for all tests of this folder."""

import pytest

from tests.scoring.bench import ScoringBench, models_of


@pytest.fixture(scope="session")
def bench() -> ScoringBench:
    """Value and relationship models on an in-memory warehouse."""
    return ScoringBench(models_of("relationship"))
