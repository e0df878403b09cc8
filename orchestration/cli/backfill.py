"""crw backfill: the risk of past dates, measured over the documents of one build."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated

import typer
from rich.table import Table

from orchestration.cli import options
from orchestration.cli.alerts import telling
from orchestration.cli.options import Warehouse, read_date, served
from orchestration.cli.progress import ProgressView
from orchestration.errors import ConfigurationError


class Every(StrEnum):
    """Which dates of the range are filled: all, Sundays, or the last days of months or quarters."""

    day = "day"
    week = "week"
    month = "month"
    quarter = "quarter"


def dates_between(first: date, last: date, every: Every) -> list[date]:
    """Return the ends of periods from `first` to `last`, both included."""
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    return [day for day in days if _ends(day, every)]


def _ends(day: date, every: Every) -> bool:
    if every is Every.week:
        return day.isoweekday() == 7
    if every in (Every.month, Every.quarter):
        last_of_month = (day + timedelta(days=1)).day == 1
        return last_of_month and (every is Every.month or day.month % 3 == 0)
    return True


def backfill(
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="First date of the range.")],
    last: Annotated[str, typer.Option("--to", metavar="DATE", help="Last date of the range.")],
    every: Annotated[
        Every, typer.Option(help="Which dates of the range: ends of these periods.")
    ] = Every.month,
    warehouse: Warehouse = None,
) -> None:
    """Fill the risk fact and its factors for past dates, from what is landed now; land nothing.

    The business date decides what counts on each date. A date published before is restated where it says something
    else now; mart_restatements lists what changed. The served date stays the same.
    """
    # Imported here: dbt takes a second to load, which no other command should wait for.
    from orchestration.night import NightRequest, run_night

    settings, version = served(warehouse)
    start, end = read_date(first, "--from"), read_date(last, "--to")
    as_of = version.manifest.as_of_date
    if start > end or end > as_of:
        raise ConfigurationError(
            f"No dates lie from {start} to {end}, up to the served date {as_of}.",
            "give --from not after --to, and --to not after the served date.",
        )
    dates = [day for day in dates_between(start, end, every) if day != as_of]
    if not dates:
        raise ConfigurationError(
            f"From {start} to {end} no {every.value} ends before the served date {as_of}.",
            "choose a longer range or --every day.",
        )
    console = options.console()
    with telling(settings, console), ProgressView(console) as progress:
        result = run_night(NightRequest(settings, as_of, dates=tuple(dates), lands=False), progress)
    history = result.version.manifest.history["fct_customer_risk"]
    table = Table(title=f"Measured as of {len(dates)} dates", title_justify="left")
    for name in ("date", "customers", "run"):
        table.add_column(name, justify="right" if name == "customers" else "left")
    for day in dates:
        table.add_row(day.isoformat(), f"{history[day].rows:,}", history[day].run_id)
    console.print(table)
    for warning in result.warnings:
        console.print(f"Warning: {warning}", markup=False)
    seconds = " · ".join(f"{phase} {value:.1f}" for phase, value in result.seconds.items())
    console.print(f"{sum(result.seconds.values()):.1f} s ({seconds})", highlight=False, style="dim")


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    app.command()(backfill)
