"""Nights that land and are judged, and stop where the building would begin."""

from pathlib import Path

import pytest

from tests.holds.nights import Nights


@pytest.fixture
def nights(tmp_path: Path) -> Nights:
    """An empty landing folder and an empty warehouse."""
    for name in ("landing", "warehouse"):
        (tmp_path / name).mkdir()
    return Nights(tmp_path / "landing", tmp_path / "warehouse")
