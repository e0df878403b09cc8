"""crw privacy log: who saw which clear value, when and why; and whether the log is whole."""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from orchestration.cli import options
from orchestration.cli.options import Output, Warehouse, load_settings
from orchestration.errors import CrwError
from orchestration.protection.access_log import WAY_OUT, AccessLog
from orchestration.protection.keyring import KeyRing
from orchestration.protection.operators import current_operator
from orchestration.reporting.summary import TABLE_STYLE

log_app = typer.Typer(help="The access log: written before a value is shown.", no_args_is_help=True)


@log_app.command()
def show(
    output: Annotated[Output, typer.Option("--format", "-f", help="How rows are written.")] = Output.table,
    warehouse: Warehouse = None,
) -> None:
    """List the access log; needs the role auditor or privacy_officer, because it tells who works with what."""
    settings = load_settings(warehouse=warehouse)
    current_operator(settings.warehouse).require("auditor", "privacy_officer")
    log = AccessLog(KeyRing.load(settings))
    rows = [asdict(entry) for entry in log.entries()]
    if output is not Output.table:
        options.write_rows(rows, output)
    else:
        table = Table(title=f"Access log, {len(rows):,} lines", **TABLE_STYLE)
        for name in ("line", "at (UTC)", "who", "role", "action", "key", "reason", "outcome"):
            table.add_column(name, overflow="fold")
        for row in rows:
            table.add_row(*(escape(str(value)) for value in row.values()))
        options.console().print(table)
    if problem := log.verify().problem:
        raise CrwError(f"The access log is not whole: {problem}", WAY_OUT)


@log_app.command()
def verify(warehouse: Warehouse = None) -> None:
    """Check every line against the one before it and the last against the head kept apart; exit 1 names the line."""
    settings = load_settings(warehouse=warehouse)
    log = AccessLog(KeyRing.load(settings))
    found = log.verify()
    if found.problem:
        raise CrwError(
            f"The access log is not whole: {found.problem} Whole until then: {found.entries}.", WAY_OUT
        )
    typer.echo(f"The access log is whole: {found.entries} lines, mark {found.mark}.")


def register(app: typer.Typer) -> None:
    """Add these commands to the app of `crw privacy`."""
    app.add_typer(log_app, name="log")
