"""crw nightly: one run from the landing folder to the served version."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from orchestration import clock
from orchestration.cli import options
from orchestration.cli.options import Warehouse, load_settings, parse_date
from orchestration.cli.progress import ProgressView
from orchestration.errors import ConfigurationError
from orchestration.reporting.figures import collect
from orchestration.reporting.summary import print_summary


def nightly(
    landing: Annotated[
        Path | None,
        typer.Option(
            "--landing", help="Folder of exports (CRW_LANDING; the shipped demo).", show_default=False
        ),
    ] = None,
    warehouse: Warehouse = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="DATE",
            help="Business date; default: the demo's last day, for your own folder yesterday in CRW_TIMEZONE.",
            show_default=False,
        ),
    ] = None,
    known_at: Annotated[
        str | None,
        typer.Option(
            "--known-at",
            metavar="TIME",
            help="Replay a past night with the batches known then (ISO 8601, UTC without offset); lands nothing.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Land the exports, build, audit and publish; whatever fails, what is served stays.

    Ends with where the result lies, tiers with exposure, the five riskiest customers and what was quarantined.
    """
    # Imported here: dbt takes a second to load, which no other command should wait for.
    from orchestration.night import NightRequest, run_night

    settings = load_settings(landing=landing, warehouse=warehouse)
    request = NightRequest(settings, parse_date(as_of), _moment(known_at))
    console = options.console()
    with ProgressView(console) as progress:
        result = run_night(request, progress)
    manifest = result.version.manifest
    print_summary(
        console, settings.warehouse, manifest, collect(result.version.folder / "finance.duckdb", manifest)
    )
    for warning in result.warnings:
        console.print(f"Warning: {warning}", markup=False)
    total = sum(result.seconds.values())
    parts = " · ".join(f"{phase} {seconds:.1f}" for phase, seconds in result.seconds.items())
    console.print(f"{total:.1f} s ({parts})", highlight=False, style="dim")


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    app.command()(nightly)


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return clock.parse_moment(text)
    except ValueError:
        raise ConfigurationError(
            "--known-at is not a moment.", "write it as 2026-06-30T18:30:00 (UTC) or with an offset."
        ) from None
