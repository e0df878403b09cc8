"""A demo trading company: its exports as the source systems write them, from one seed.

`generate` is deterministic: the same arguments give byte-identical files. What customers are like is described in
`traits`, what they do in `ledger`, `pipeline`, `orders`, `visits`, `cases`, `contracts`, `surveys`, `consents`,
`loyalty`, `ratings`, `dunning`, which systems know them in `homes`; `scene` holds it all for one block. What the
exports look like stands in the writers: `zoho_*`, `fxiaoke*`, `erpnext*`, `insurer`, `registers`, `survey_tool`,
`canonical`; the shipped defects in `defects`.
"""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Literal

import yaml

from orchestration.demo.block import CUSTOMERS_PER_BLOCK, INVOICES_PER_CUSTOMER, blocks
from orchestration.demo.canonical import CanonicalWriter
from orchestration.demo.defects import plant
from orchestration.demo.erpnext import ErpWriter
from orchestration.demo.fxiaoke import FxiaokeWriter
from orchestration.demo.insurer import InsurerWriter
from orchestration.demo.mappings import CANONICAL_MAPPING, FILES_MAPPING
from orchestration.demo.registers import RegisterWriter
from orchestration.demo.scene import Scene
from orchestration.demo.survey_tool import SurveyWriter
from orchestration.demo.text import BOOKS_CONTACT, CRM_ACCOUNT, CsvFile, books_id, crm_id, debtor
from orchestration.demo.zoho_books import BooksWriter
from orchestration.demo.zoho_crm import CrmWriter
from orchestration.demo.zoho_modules import ModulesWriter
from orchestration.errors import ConfigurationError

DEMO_LANDING = Path(__file__).resolve().parents[2] / "seeds" / "demo"
"""The shipped exports."""

SEED = 20260630
CUSTOMERS = 240
_MOST_CUSTOMERS = 10_000_000


def demo_as_of(landing: Path = DEMO_LANDING) -> date:
    """The last business day of a generated landing folder, from its demo.yml. Raises ConfigurationError without one."""
    path = landing / "demo.yml"
    try:
        return date.fromisoformat(str(yaml.safe_load(path.read_text(encoding="utf-8"))["as_of"]))
    except (OSError, KeyError, TypeError, ValueError, yaml.YAMLError) as error:
        raise ConfigurationError(
            f"{path.name}: no readable `as_of`", "name the business date with --as-of"
        ) from error


def generate(
    out: Path,
    customers: int = CUSTOMERS,
    invoices: int | None = None,
    format: Literal["csv", "parquet"] = "csv",
    seed: int = SEED,
    *,
    traits: Path | None = None,
    defects: bool = False,
    alike: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Write a landing folder of `customers` customers and `invoices` invoices (16 a customer unless told).

    csv: the exports of all systems and registers. parquet: receivables as canonical entities, with their mapping.
    `traits` names a file outside `out` for the hidden traits; `defects` plants those of the shipped demo;
    `alike` makes a null company, whose customers have no traits to tell them by;
    `progress(done, total)` counts customers.
    Raises ConfigurationError on a size out of range or a folder that already holds files.
    """
    total = INVOICES_PER_CUSTOMER * customers if invoices is None else invoices
    if not 0 < customers <= _MOST_CUSTOMERS or total < customers:
        raise ConfigurationError(
            f"{customers} customers with {total} invoices cannot be made",
            f"ask for 1 to {_MOST_CUSTOMERS} customers and at least one invoice each",
        )
    if out.exists() and any(out.iterdir()):
        raise ConfigurationError(f"{out.name}: the folder is not empty", "name a new or an empty folder")
    with ExitStack() as stack:
        if format == "csv":
            writers = (
                CrmWriter(out / "zoho_crm", customers),
                ModulesWriter(out / "zoho_crm"),
                FxiaokeWriter(out / "fxiaoke"),
                BooksWriter(out / "zoho_books"),
                ErpWriter(out / "erpnext"),
                InsurerWriter(out / "files"),
                RegisterWriter(out / "files"),
                SurveyWriter(out / "files"),
            )
            mapping = FILES_MAPPING
        else:
            writers, mapping = (CanonicalWriter(out / "files"),), CANONICAL_MAPPING
        for writer in writers:
            stack.enter_context(writer)
        kept = _traits_file(stack, traits)
        for block in blocks(customers, total, seed, alike=alike):
            scene = Scene(block)
            for writer in writers:
                writer.write(scene)
            if kept:
                kept([t | h for t, h in zip(block.traits.rows(), scene.habits.rows(), strict=True)])
            if progress:
                progress(min(block.first + CUSTOMERS_PER_BLOCK, customers), customers)
    (out / "files" / "mapping.yml").write_text(mapping, encoding="utf-8")
    (out / "demo.yml").write_text(_about(customers, total, seed), encoding="utf-8")
    if defects:
        plant(out)


def _about(customers: int, invoices: int, seed: int) -> str:
    return (
        "# Written by the demo generator; as_of is the last business day in the files.\n"
        f"as_of: 2026-06-30\nseed: {seed}\ncustomers: {customers}\ninvoices: {invoices}\n"
    )


def _traits_file(stack: ExitStack, path: Path | None) -> Callable[[list[dict[str, int]]], None] | None:
    """Open the file of hidden traits; its first three columns tell who is who in the exports."""
    if path is None:
        return None
    state: list[CsvFile] = []

    def write(rows: list[dict[str, int]]) -> None:
        if not state:
            header = ["crm_account_id", "books_contact_id", "debtor", *rows[0]]
            state.append(stack.enter_context(CsvFile(path, header)))
        state[0].rows(
            [
                crm_id(CRM_ACCOUNT, row["customer"], prefix=False),
                books_id(BOOKS_CONTACT, row["customer"]),
                debtor(row["customer"]),
                *row.values(),
            ]
            for row in rows
        )

    return write


DEMO_AS_OF = demo_as_of() if (DEMO_LANDING / "demo.yml").is_file() else date(2026, 6, 30)
"""The last business day of the shipped exports."""
