"""crw nightly: one run from the landing folder to the served version."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from orchestration import clock
from orchestration.cli import options
from orchestration.cli.alerts import telling
from orchestration.cli.options import Warehouse, load_settings, parse_date
from orchestration.cli.progress import ProgressView
from orchestration.errors import ConfigurationError
from orchestration.publishing.standing import missed_dates
from orchestration.reporting.figures import collect
from orchestration.reporting.summary import print_summary
from orchestration.settings import Settings

if TYPE_CHECKING:
    from orchestration.night import NightResult


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
    catch_up: Annotated[
        bool,
        typer.Option("--catch-up", help="Run every missed business date first, oldest first."),
    ] = False,
) -> None:
    """Land the exports, build, audit and publish; whatever fails, what is served stays.

    Ends with where the result lies, tiers with exposure, the five riskiest customers and what was quarantined.
    """
    # Imported here: dbt takes a second to load, which no other command should wait for.
    from orchestration.night import NightRequest, run_night

    settings = load_settings(landing=landing, warehouse=warehouse)
    first, known = parse_date(as_of), _moment(known_at)
    if catch_up and known:
        raise ConfigurationError("--catch-up lands, --known-at does not.", "give one of the two.")
    console = options.console()
    dates = _missed(settings, first) if catch_up else [first]
    for number, day in enumerate(dates):
        if len(dates) > 1:
            console.print(f"Night {number + 1} of {len(dates)}, as of {day}", highlight=False)
        # Landed once: each date then takes from it what counts on that date.
        request = NightRequest(settings, day, known, lands=number == 0)
        with telling(settings, console), ProgressView(console) as progress:
            result = run_night(request, progress)
        _print_result(console, settings, result)


def _missed(settings: Settings, until: date | None) -> list[date | None]:
    """The dates to run: those without a night up to `until` (None: its default), or `until` again."""
    from orchestration.building.inputs import business_date

    last = business_date(settings, until, clock.utc_now())
    return [*missed_dates(settings.warehouse, last)] or [last]


def _print_result(console: Console, settings: Settings, result: "NightResult") -> None:
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
