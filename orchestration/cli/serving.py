"""crw versions, rollback, status: what is served and why not something newer."""

import typer
from rich.markup import escape
from rich.table import Table

from orchestration import clock
from orchestration.cli import options
from orchestration.cli.options import Warehouse, load_settings
from orchestration.publishing import lock
from orchestration.publishing.rollback import roll_back
from orchestration.publishing.runs import read_runs
from orchestration.publishing.versions import current_name, current_version, list_versions


def versions(warehouse: Warehouse = None) -> None:
    """List the published versions, newest first; the served one is marked."""
    settings = load_settings(warehouse=warehouse)
    found, broken = list_versions(settings.warehouse)
    served = current_name(settings.warehouse)
    console = options.console()
    table = Table(box=None, pad_edge=False)
    for name in ("", "version", "as of", "published (UTC)", "known at (UTC)", "run"):
        table.add_column(name, no_wrap=name in ("version", "as of", "run"))
    table.add_column("customers", justify="right")
    for version in found:
        manifest = version.manifest
        table.add_row(
            "→" if version.name == served else "",
            version.name,
            str(manifest.as_of_date),
            f"{manifest.published_at:%Y-%m-%d %H:%M}",
            f"{manifest.known_at:%Y-%m-%d %H:%M}",
            manifest.run_id,
            f"{manifest.tables['mart_customer_tier'].rows:,}"
            if "mart_customer_tier" in manifest.tables
            else "–",
        )
    console.print(table if found else "Nothing was published yet.")
    for name in broken:
        console.print(f"Not whole, and never served by rollback: {name}", style="red")


def rollback(
    version: str = typer.Argument(help="Version to serve, e.g. 2026-06-30.1; see `crw versions`."),
    warehouse: Warehouse = None,
) -> None:
    """Serve an older version again: one atomic swap of the link, refused while a run is active."""
    settings = load_settings(warehouse=warehouse)
    before = roll_back(settings.warehouse, version)
    options.console().print(f"Served now: {version} (before: {before}).", highlight=False)


def status(warehouse: Warehouse = None) -> None:
    """Tell what is served, how old it is, who runs now, and why nothing newer is served."""
    settings = load_settings(warehouse=warehouse)
    console = options.console()
    served = current_version(settings.warehouse)
    now = clock.utc_now()
    if served is None:
        console.print(f"Nothing was published in {settings.warehouse} yet.")
    else:
        manifest = served.manifest
        hours = (now - manifest.published_at).total_seconds() / 3600
        console.print(
            f"Served   {served.name}, as of {manifest.as_of_date}, published {clock.iso(manifest.published_at)}"
            f" ({hours:.1f} h ago), run {manifest.run_id}"
        )
    running = lock.holder(settings.warehouse)
    if running is not None:
        console.print(f"Running  {lock.describe(running)}")
    runs = read_runs(settings.warehouse)
    for run in runs[:1]:
        console.print(
            f"Last run {run.status}, started {clock.iso(run.started_at)} for {run.as_of}, phase {run.phase}"
        )
        if run.status != "published" and run.reason:
            console.print(f"Why      {escape(run.reason)}")


def register(app: typer.Typer) -> None:
    """Add these commands to the app."""
    for command in (versions, rollback, status):
        app.command()(command)
