"""crw privacy: the record of processing and the access log."""

import typer

from orchestration.cli import privacy_log, privacy_register

privacy_app = typer.Typer(help="Personal data: what is processed, and who saw what.", no_args_is_help=True)
for commands in (privacy_register, privacy_log):
    commands.register(privacy_app)


def register(app: typer.Typer) -> None:
    """Add these commands to the app."""
    app.add_typer(privacy_app, name="privacy")
