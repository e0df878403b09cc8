"""A tiny warehouse folder per test."""

from pathlib import Path

import pytest


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """An empty warehouse folder."""
    folder = tmp_path / "warehouse"
    folder.mkdir()
    return folder
