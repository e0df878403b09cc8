"""Receivers on this machine, an environment without any, and a tiny warehouse."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.alerting import receivers


@pytest.fixture(autouse=True)
def no_receivers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The receivers of whoever runs the tests are not called."""
    for name in [name for name in os.environ if name.startswith("CRW_ALERT_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def web() -> Iterator[receivers.Web]:
    """A running HTTP receiver."""
    with receivers.web() as state:
        yield state


@pytest.fixture
def mail() -> Iterator[receivers.Mail]:
    """A running mail sink."""
    with receivers.mail() as state:
        yield state


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """An empty warehouse folder."""
    folder = tmp_path / "warehouse"
    folder.mkdir()
    return folder
