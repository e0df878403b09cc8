"""The demo company of the tests, generated once."""

from pathlib import Path

import pytest

from orchestration.demo import generate
from tests.demo.company import Rows, read


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped company without its planted defects under `landing`, and its traits beside it."""
    folder = tmp_path_factory.mktemp("demo")
    generate(folder / "landing", traits=folder / "traits.csv")
    return folder


@pytest.fixture(scope="session")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company of 900 customers, enough to see hidden traits by, likewise."""
    folder = tmp_path_factory.mktemp("many")
    generate(folder / "landing", 900, traits=folder / "traits.csv")
    return folder


@pytest.fixture(scope="session")
def invoices(clean: Path) -> dict[str, dict[str, str]]:
    """Invoices of Zoho Books by number."""
    return {row["Invoice Number"]: row for row in read(clean / "landing/zoho_books/Invoice.csv")}


@pytest.fixture(scope="session")
def payments(clean: Path) -> Rows:
    """Payment rows of Zoho Books."""
    return read(clean / "landing/zoho_books/Customer_Payment.csv")
