"""crw hold: what waits for a person, and the word that lets it pass."""

import getpass
from typing import Annotated

import typer
from rich.console import Console

from orchestration import clock
from orchestration.cli import options
from orchestration.cli.options import Warehouse, load_settings
from orchestration.holds import log

commands = typer.Typer(
    no_args_is_help=True, help="What was landed unlike the last accepted delivery and waits for a person."
)


@commands.command()
def show(
    every: Annotated[bool, typer.Option("--all", help="Also what was released, by whom and why.")] = False,
    warehouse: Warehouse = None,
) -> None:
    """Show the deliveries that wait: file, figure, what was accepted last, and the rule."""
    settings = load_settings(warehouse=warehouse)
    console = options.console()
    holds = [
        found for found in log.read_holds(settings.warehouse) if every or found.state in ("held", "released")
    ]
    if not holds:
        console.print("No delivery waits for a person." if not every else "No delivery was ever held.")
    for found in holds:
        _print(console, found)
    if any(found.state == "held" for found in holds):
        console.print(
            'Way out: deliver the right export and run again; if this one is right: crw hold release --reason "why".',
            soft_wrap=True,
        )


@commands.command()
def release(
    hold: Annotated[
        str | None, typer.Argument(help="Hold to release; may be left out when only one waits.")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why the delivery is right; kept in the log.")] = "",
    by: Annotated[
        str | None, typer.Option("--by", metavar="NAME", help="Who decides; default: the user of the system.")
    ] = None,
    warehouse: Warehouse = None,
) -> None:
    """Let a held delivery pass, once and for this content; the next run publishes it if the audit passes."""
    settings = load_settings(warehouse=warehouse)
    name = getpass.getuser() if by is None else by
    released = log.release(settings.warehouse, hold, by=name, reason=reason, at=clock.utc_now())
    console = options.console()
    _print(console, released)
    console.print(
        "Run `crw nightly` again: it is judged no more, and becomes what later deliveries are measured by."
    )


def _print(console: Console, found: log.Hold) -> None:
    told = f"{found.hold_id}  {found.state}  since {clock.iso(found.held_at)}, for {found.as_of}"
    console.print(told, markup=False, style="bold" if found.state == "held" else "")
    for finding in found.findings:
        console.print(f"  {finding.text}", markup=False, soft_wrap=True)
        batches = ", ".join(sorted({f"{batch.file} {batch.batch_id}" for batch in finding.batches}))
        console.print(f"    batches {batches}", markup=False, soft_wrap=True, style="dim")
    if found.release:
        when, who = clock.iso(found.release.released_at), found.release.released_by
        console.print(f"  released {when} by {who}: {found.release.reason}", markup=False, soft_wrap=True)
    if found.published:
        console.print(f"  published as {found.published}", markup=False)


def register(app: typer.Typer) -> None:
    """Add these commands to the app."""
    app.add_typer(commands, name="hold")
