"""crw alerts: test the receivers, send what is due, and ask whether last night was published in time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console

from orchestration import clock
from orchestration.cli import options
from orchestration.cli.options import Warehouse, load_settings
from orchestration.errors import ConfigurationError
from orchestration.settings import Settings

alerts_app = typer.Typer(
    no_args_is_help=True,
    help="Who hears of a failed, refused, held, killed or late night and of critical early warnings.",
)
_NOBODY = "set CRW_ALERT_WEBHOOK_URL, CRW_ALERT_SLACK_URL, CRW_ALERT_DINGTALK_URL, CRW_ALERT_WECOM_URL or"
_NOBODY += " CRW_ALERT_SMTP_HOST with CRW_ALERT_MAIL_FROM and CRW_ALERT_MAIL_TO."


@contextmanager
def telling(settings: Settings, console: Console) -> Iterator[None]:
    """Run a night inside; then tell how it ended. What cannot be told is a warning and changes no outcome."""
    from orchestration.alerting import causes, tell
    from orchestration.publishing.runs import read_runs

    started_at = clock.utc_now()
    extra = []
    try:
        yield
    except BaseException as error:
        last = next(iter(read_runs(settings.warehouse)), None)
        # A run that got as far as its lock has recorded itself, unless the disk took no record.
        if last is None or last.started_at < started_at or last.status == "published":
            extra = [alert] if (alert := causes.of_error(error, clock.utc_now())) else []
        raise
    finally:
        for problem in tell(settings.warehouse, clock.utc_now(), extra).problems:
            console.print(f"Warning: {problem}", markup=False)


@alerts_app.command()
def test() -> None:
    """Send a test alert to every receiver of the environment, once each; exit 1 when one did not take it."""
    from orchestration.alerting import causes
    from orchestration.alerting.channels import channels
    from orchestration.alerting.outbox import new_entry
    from orchestration.alerting.sending import Undeliverable

    found = channels()
    if not found:
        raise ConfigurationError("No receiver of alerts is configured.", _NOBODY)
    console = options.console()
    alert = causes.test_alert(clock.utc_now())
    failed = 0
    for channel in found:
        try:
            channel.send(alert, new_entry(alert).id)
            console.print(f"{channel.name}: taken")
        except Undeliverable as error:
            failed += 1
            console.print(f"{channel.name}: not taken, {error}", markup=False)
    if failed:
        raise typer.Exit(1)


@alerts_app.command()
def send(warehouse: Warehouse = None) -> None:
    """Tell what is new and try again what was not delivered; exit 1 while something is not."""
    from orchestration.alerting import tell

    settings = load_settings(warehouse=warehouse)
    told = tell(settings.warehouse, clock.utc_now())
    console = options.console()
    console.print(f"Alerts: {len(told.raised)} new, {told.delivered} delivered.", highlight=False)
    for problem in told.problems:
        console.print(problem, markup=False)
    if told.problems:
        raise typer.Exit(1)


@alerts_app.command()
def check(
    by: Annotated[
        str | None,
        typer.Option(
            "--by",
            metavar="HH:MM",
            help="When the night of the day before must be published, in CRW_TIMEZONE (CRW_LATE_AFTER; 07:00).",
            show_default=False,
        ),
    ] = None,
    warehouse: Warehouse = None,
) -> None:
    """For cron: alert when the night that people expect by now was not published; exit 1 when it is late."""
    from orchestration.alerting import lateness, tell

    settings = load_settings(warehouse=warehouse)
    now = clock.utc_now()
    late = lateness.late(settings, now, lateness.deadline(by))
    told = tell(settings.warehouse, now, [late] if late else [])
    console = options.console()
    console.print(late.text if late else "In time.", markup=False, highlight=False)
    for problem in told.problems:
        console.print(problem, markup=False)
    if late or told.problems:
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Add these commands to the app."""
    app.add_typer(alerts_app, name="alerts")
