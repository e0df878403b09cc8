"""crw privacy register: the record of processing, by category or column by column."""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from orchestration.cli import options
from orchestration.cli.options import Output, Warehouse, load_settings
from orchestration.protection.audiences import AUDIENCES
from orchestration.protection.categories import CLASSES, Categories
from orchestration.reporting import register as registering
from orchestration.reporting.summary import TABLE_STYLE

_HEADS = {
    "data_class": "class",
    "legal_basis": "legal basis",
    "retention_days": "days kept",
    "object": "where",
}
_STYLES = {"sensitive": "red", "personal": "yellow"}
# A terminal has no room for all; CSV and JSON have every column. What --all leaves out follows from the category.
_BY_CATEGORY = (
    "category",
    "data_class",
    "purpose",
    "legal_basis",
    "retention_days",
    "standard",
    *registering.LAYERS,
)
_BY_COLUMN = ("layer", "object", "column", "category", "data_class", "retention_days", "standard")
_MAY_WRAP = frozenset({"purpose", "legal_basis", "object", "column"})


def register_command(
    whole: Annotated[bool, typer.Option("--all", help="Every column, not one row per category.")] = False,
    data_class: Annotated[
        str | None,
        typer.Option(
            "--class", help="Only this class: none, internal, personal, sensitive.", show_default=False
        ),
    ] = None,
    output: Annotated[Output, typer.Option("--format", "-f", help="How rows are written.")] = Output.table,
    warehouse: Warehouse = None,
) -> None:
    """Print the record of processing: class, purpose, legal basis, term and standard of every column.

    By category of data, or with --all column by column: of every source, raw table, model and published file.
    """
    if data_class is not None and data_class not in CLASSES:
        raise typer.BadParameter("one of none, internal, personal, sensitive", param_hint="--class")
    settings = load_settings(warehouse=warehouse)
    categories = Categories.load(settings.rules_dir)
    entries = registering.register(categories, settings.dbt_dir, settings.warehouse)
    found = entries if whole else registering.summarise(categories, entries)
    rows = [asdict(row) for row in found if data_class in (None, row.data_class)]
    if output is not Output.table:
        options.write_rows(rows, output)
        return
    _print(rows, _BY_COLUMN if whole else _BY_CATEGORY, f"Record of processing: {len(entries):,} columns")


def _print(rows: list[dict], names: tuple[str, ...], title: str) -> None:
    table = Table(title=title, **TABLE_STYLE)
    for name in names:
        number = name in ("retention_days", *registering.LAYERS)
        wraps = name in _MAY_WRAP
        table.add_column(
            _HEADS.get(name, name), justify="right" if number else "left", overflow="fold", no_wrap=not wraps
        )
    for row in rows:
        cells = {**row, "standard": f"{row['standard']}-{row['standard_version']}"}
        shown = (f"{cells[name]:,}" if isinstance(cells[name], int) else str(cells[name]) for name in names)
        table.add_row(*map(escape, shown), style=_STYLES.get(row["data_class"], ""))
    console = options.console()
    console.print(table)
    for audience in AUDIENCES.values():
        hidden = f", but no {', '.join(sorted(audience.hidden))}" if audience.hidden else ""
        console.print(f"Recipient {audience.name}: classes {', '.join(sorted(audience.classes))}{hidden}.")
    console.print("Transfers: none; nothing inside reads or writes the network.")
    console.print("Purposes and legal bases are the company's to confirm: seeds/rules/data_categories.csv.")


def register(app: typer.Typer) -> None:
    """Add this command to the app of `crw privacy`."""
    app.command("register")(register_command)
