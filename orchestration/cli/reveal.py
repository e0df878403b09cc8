"""crw reveal: from a pseudonym back to its value, for those who may, with a line in the access log."""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from orchestration import clock
from orchestration.cli import options
from orchestration.cli.options import Output, Warehouse, load_settings
from orchestration.protection.keyring import KeyRing
from orchestration.protection.operators import current_operator
from orchestration.protection.reveal import reveal as look_up
from orchestration.reporting.summary import TABLE_STYLE


def reveal(
    key: Annotated[
        str, typer.Argument(help="Pseudonym of a `..._key` column, or a whole [redacted:...] token.")
    ],
    reason: Annotated[
        str,
        typer.Option("--reason", help="Who asked, for which case, what it is needed for; no personal value."),
    ],
    output: Annotated[Output, typer.Option("--format", "-f", help="How rows are written.")] = Output.table,
    warehouse: Warehouse = None,
) -> None:
    """Show the clear value of one pseudonym: needs the role privacy_officer, and is logged before it is shown."""
    settings = load_settings(warehouse=warehouse)
    operator = current_operator(settings.warehouse)
    found = look_up(KeyRing.load(settings), operator, key, reason, clock.utc_now())
    rows = [asdict(one) for one in found]
    if output is not Output.table:
        options.write_rows(rows, output)
        return
    table = Table(**TABLE_STYLE)
    for name in rows[0]:
        table.add_column(name.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*(escape(str(value)) for value in row.values()))
    options.console().print(table)


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    app.command()(reveal)
