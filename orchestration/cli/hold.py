"""crw hold: what waits for a person, and the word that lets it pass or sets it aside."""

import getpass
from typing import Annotated

import typer
from rich.console import Console

from orchestration import clock
from orchestration.cli import options
from orchestration.cli.options import Warehouse, load_settings
from orchestration.holds import log
from orchestration.holds.gate import accepted_loads

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
            'Way out: crw hold release --reason "why" if it is right, crw hold reject --reason "why" if not.',
            soft_wrap=True,
        )


_Hold = Annotated[str | None, typer.Argument(help="Which hold; may be left out when only one waits.")]
_Reason = Annotated[str, typer.Option("--reason", help="Why; kept in the log.")]
_By = Annotated[
    str | None, typer.Option("--by", metavar="NAME", help="Who decides; default: the user of the system.")
]


@commands.command()
def release(hold: _Hold = None, reason: _Reason = "", by: _By = None, warehouse: Warehouse = None) -> None:
    """Let a held delivery pass, once and for this content; the next run publishes it if the audit passes."""
    settings = load_settings(warehouse=warehouse)
    released = log.release(settings.warehouse, hold, by=_name(by), reason=reason, at=clock.utc_now())
    console = options.console()
    _print(console, released)
    console.print("Run `crw nightly`: it passes, and is what later deliveries are measured by.")


@commands.command()
def reject(hold: _Hold = None, reason: _Reason = "", by: _By = None, warehouse: Warehouse = None) -> None:
    """Never read what is new in a held delivery; the next run takes what was known before, or what comes instead."""
    settings = load_settings(warehouse=warehouse)
    accepted = {load.batch_id for load in accepted_loads(settings.warehouse)}
    rejected = log.reject(settings.warehouse, hold, accepted, by=_name(by), reason=reason, at=clock.utc_now())
    console = options.console()
    _print(console, rejected)
    console.print("Deliver the right export, or leave the file out, and run `crw nightly`.")


def _name(by: str | None) -> str:
    return getpass.getuser() if by is None else by


def _print(console: Console, found: log.Hold) -> None:
    told = f"{found.hold_id}  {found.state}  since {clock.iso(found.held_at)}, for {found.as_of}"
    console.print(told, markup=False, style="bold" if found.state == "held" else "")
    for finding in found.findings:
        console.print(f"  {finding.text}", markup=False, soft_wrap=True)
        batches = ", ".join(sorted({f"{batch.file} {batch.batch_id}" for batch in finding.batches}))
        console.print(f"    batches {batches}", markup=False, soft_wrap=True, style="dim")
    if found.decision:
        decision = found.decision
        told = f"  {decision.verdict} {clock.iso(decision.decided_at)} by {decision.decided_by}: {decision.reason}"
        console.print(told, markup=False, soft_wrap=True)
    if found.published:
        console.print(f"  published as {found.published}", markup=False)


def register(app: typer.Typer) -> None:
    """Add these commands to the app."""
    app.add_typer(commands, name="hold")
