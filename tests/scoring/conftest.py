"""One set of compiled scoring models for all tests of this folder."""

from __future__ import annotations

import pytest

from tests.scoring.bench import ScoringBench


@pytest.fixture(scope="session")
def bench() -> ScoringBench:
    """The scoring models on an in-memory warehouse."""
    return ScoringBench()
