"""One compile of the scoring models for all tests of this folder."""

from __future__ import annotations

import pytest

from tests.scoring.bench import ScoringBench, compile_models


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> ScoringBench:
    """The scoring models on an in-memory warehouse."""
    return ScoringBench(compile_models(tmp_path_factory.mktemp("scoring")))
