"""Two people of the landed exports, and what the tests of their erasure do to them."""

from datetime import date

from orchestration.privacy import erasing
from orchestration.privacy.certificates import Certificate
from orchestration.privacy.searching import Needles, search
from orchestration.settings import Settings
from tests.landing.door import Door

MARC, ZHOU = "Marc Hughes, marc.hughes@northgate.example.com", "Zhou Min Hardware, 13800138002"
MARC_CLEAR = {"marc.hughes@northgate.example.com", "+44 7700 900772", "zcrm_2001"}
ZHOU_CLEAR = {"13800138002", "zhou.min@hardware.example.cn", "110105199003072377", "Zhou Min Hardware"}
TODAY = date(2026, 7, 1)


def settings(door: Door) -> Settings:
    return Settings(warehouse=door.warehouse, landing=door.landing, memory_limit="1GB")


def erase(door: Door, subject: str, request: str) -> Certificate:
    return erasing.erase(settings(door), {request: subject}, "tester", lambda *_: None)[0]


def hits(door: Door, cells: set[str], texts: set[str]) -> dict[str, dict[str, int]]:
    needles = Needles(frozenset(cells), frozenset(texts))
    return search(door.warehouse, needles, door.protector.keys).found
