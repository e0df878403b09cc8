"""Shared fixtures: `published_demo` is one full run of the shipped demo, made once per test process."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestration.settings import Settings

PROJECT_ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class PublishedDemo:
    """A warehouse with the demo published; tests only read it."""

    settings: Settings
    result: object

    @property
    def warehouse(self) -> Path:
        """The warehouse folder."""
        return self.settings.warehouse

    @property
    def finance(self) -> Path:
        """The served finance file."""
        return self.warehouse / "current" / "finance.duckdb"


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a file's tests in one process of `pytest -n`, and all that read the published demo in one of them."""
    for item in items:
        demo = "published_demo" in getattr(item, "fixturenames", ())
        item.add_marker(pytest.mark.xdist_group("published_demo" if demo else str(item.path)))


@pytest.fixture(scope="session", autouse=True)
def master_key(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Point the demo's key file at a folder of this test session, so that no test writes into the project."""
    path = tmp_path_factory.mktemp("keys") / "master.key"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRW_MASTER_KEY_FILE", str(path))
        for name in ("CRW_WAREHOUSE", "CRW_LANDING", "CRW_MODE", "CRW_MASTER_KEY", "CRW_NEXT_MASTER_KEY"):
            patch.delenv(name, raising=False)
        yield path


@pytest.fixture(scope="session")
def published_demo(tmp_path_factory: pytest.TempPathFactory) -> PublishedDemo:
    """Run the shipped demo once, door to door."""
    from orchestration.night import NightRequest, run_night

    settings = Settings.from_environment(warehouse=tmp_path_factory.mktemp("demo") / "warehouse")
    return PublishedDemo(settings, run_night(NightRequest(settings)))


@pytest.fixture
def public_data() -> Callable[[str], Path]:
    """Folder of a public data set beside the project; skips the test where it is absent."""

    def find(name: str) -> Path:
        folder = PROJECT_ROOT.parent / "shared" / "data" / name
        if not folder.is_dir():
            pytest.skip(f"public data set {name} is not beside the project (../shared/data/{name})")
        return folder

    return find
