"""Fixtures of the landing tests."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orchestration.protection.categories import Categories
from orchestration.protection.keys import MasterKey
from orchestration.protection.protector import Protector
from orchestration.settings import PROJECT_ROOT
from tests.landing.door import RULES, Door


@pytest.fixture(scope="session")
def protector() -> Protector:
    """The real protector with a fixed key."""
    return Protector(MasterKey(bytes(range(32))), Categories.load(RULES))


@pytest.fixture
def door(tmp_path: Path, protector: Protector) -> Door:
    """An empty landing folder and a warehouse."""
    landing, warehouse = tmp_path / "landing", tmp_path / "warehouse"
    landing.mkdir()
    warehouse.mkdir()
    return Door(landing, warehouse, protector)


@pytest.fixture
def put_public(door: Door, public_data: Callable[[str], Path]) -> Iterator[Callable[..., None]]:
    """Copy a public data set and the mapping of tests/mappings into the landing folder."""

    def copy(name: str, **renamed: str) -> None:
        for file in public_data(name).iterdir():
            shutil.copyfile(file, door.landing / file.name)
        mapping = PROJECT_ROOT / "tests" / "mappings" / name / "mapping.yml"
        shutil.copyfile(mapping, door.landing / "mapping.yml")
        for new, old in renamed.items():
            os.replace(door.landing / old, door.landing / new)

    return copy
