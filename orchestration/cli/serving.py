"""crw versions, rollback: what is served, what was, and serving an older version again."""

import typer
from rich.table import Table

from orchestration.cli import options
from orchestration.cli.options import Warehouse, load_settings
from orchestration.publishing.rollback import roll_back
from orchestration.publishing.versions import current_name, list_versions


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


def register(app: typer.Typer) -> None:
    """Add these commands to the app."""
    for command in (versions, rollback):
        app.command()(command)
