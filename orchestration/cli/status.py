"""crw status: what is served, how old it is, who runs now, why nothing newer is served, and who was not told."""

from datetime import date

import typer
from rich.console import Console

from orchestration import clock
from orchestration.cli import options
from orchestration.cli.options import Warehouse, load_settings
from orchestration.errors import ConfigurationError
from orchestration.privacy.nightly import state as privacy_state
from orchestration.publishing.recovery import unrecorded
from orchestration.publishing.runs import read_runs
from orchestration.publishing.standing import missed_dates, running
from orchestration.publishing.versions import current_version
from orchestration.settings import Settings


def status(warehouse: Warehouse = None) -> None:
    """Tell what is served, how old it is, who runs now, and why nothing newer is served.

    Exit 2 when what is served is damaged; otherwise 0, also for a late night (`crw alerts check` judges that).
    """
    settings = load_settings(warehouse=warehouse)
    console = options.console()
    damaged = _served(console, settings)
    _runs(console, settings)
    _missing(console, settings)
    for line in privacy_state(settings.warehouse):
        console.print(line, markup=False, soft_wrap=True)
    _alerts(console, settings)
    if damaged:
        raise typer.Exit(2)


def _line(console: Console, name: str, text: str) -> None:
    console.print(f"{name:<9}{text}", markup=False, soft_wrap=True)


def _served(console: Console, settings: Settings) -> bool:
    try:
        version = current_version(settings.warehouse)
    except ConfigurationError as error:
        _line(console, "Damaged", f"{error.message} Serve another: crw versions, crw rollback VERSION.")
        return True
    if version is None:
        console.print(f"Nothing was published in {settings.warehouse} yet.", markup=False, soft_wrap=True)
        return False
    manifest = version.manifest
    hours = (clock.utc_now() - manifest.published_at).total_seconds() / 3600
    _line(
        console,
        "Served",
        f"{version.name}, as of {manifest.as_of_date}, published {clock.iso(manifest.published_at)}"
        f" ({hours:.1f} h ago), run {manifest.run_id}",
    )
    for item in manifest.retention[:20]:
        _line(
            console,
            "Removed",
            f"{item['what']} {item['path']} ({item['category']}, {item['retention_days']} days since {item['dated']})",
        )
    return False


def _runs(console: Console, settings: Settings) -> None:
    now = clock.utc_now()
    active = running(settings.warehouse, now)
    if active is not None:
        _line(console, "Running", active.text)
    # A killed run is recorded by the next one; until then the lock it left behind tells.
    runs = [*read_runs(settings.warehouse), *unrecorded(settings.warehouse, now)]
    if not runs:
        return
    last = max(runs, key=lambda run: (run.started_at, run.ended_at))
    _line(
        console,
        "Last run",
        f"{last.status}, started {clock.iso(last.started_at)} for {last.as_of}, phase {last.phase}",
    )
    if last.status != "published" and last.reason:
        _line(console, "Why", last.reason)


def _missing(console: Console, settings: Settings) -> None:
    # Imported here: reading the sources' specifications is needed by no other part of the status.
    from orchestration.alerting import lateness

    by = lateness.deadline()
    expected = lateness.expected_date(settings, clock.utc_now(), by)
    missed = missed_dates(settings.warehouse, expected)
    if missed:
        _line(
            console,
            "Missing",
            f"{_range(missed)}, expected by {by:%H:%M} {settings.timezone}. {_way_out(missed)}",
        )


def _range(days: list[date]) -> str:
    return f"{days[0]}" if len(days) == 1 else f"{len(days)} nights, {days[0]} to {days[-1]}"


def _way_out(days: list[date]) -> str:
    return "Run crw nightly." if len(days) == 1 else "Run crw nightly --catch-up."


def _alerts(console: Console, settings: Settings) -> None:
    from orchestration.alerting.outbox import read_entries

    for entry in read_entries(settings.warehouse):
        title, raised = entry.alert.title, clock.iso(entry.alert.raised_at)
        for name in entry.pending:
            why = entry.errors.get(name, "not sent yet")
            _line(console, "Untold", f"{title} ({raised}), {name}: {why}. Try again: crw alerts send.")
        if not entry.addressed and not entry.closed:
            _line(console, "Untold", f"{title} ({raised}): no receiver is configured (docs/runbook.md).")


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    app.command()(status)
