"""Fixtures of the Dagster tests."""

from pathlib import Path

import pytest

from orchestration.defs import night
from tests.dagster.remembered import RememberedNight


@pytest.fixture
def remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RememberedNight:
    fake = RememberedNight(tmp_path)
    monkeypatch.setattr(night.Night, "open", fake.open)
    return fake
