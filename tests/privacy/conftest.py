"""Fixtures of the tests of rights: the landing door of its own tests, and two people landed through it."""

import base64

import pytest

from orchestration.protection.keyring import KeyRing
from orchestration.protection.protector import Protector
from tests.landing.conftest import door, protector
from tests.landing.door import FIRST_NIGHT, Door
from tests.privacy.erasures import settings
from tests.privacy.landing import fill

__all__ = ["door", "protector"]


@pytest.fixture
def landed(door: Door, monkeypatch: pytest.MonkeyPatch) -> Door:
    """Two people and their companies, landed once."""
    monkeypatch.setenv("CRW_MASTER_KEY", base64.b64encode(bytes(range(32))).decode())
    ring = KeyRing.load(settings(door)).settle(FIRST_NIGHT)
    door.protector = Protector(ring, door.protector.categories)
    fill(door)
    assert not door.land().refused
    return door
