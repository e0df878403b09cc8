"""crw privacy: the record of processing, the access log, and the rights of persons."""

import typer

from orchestration.cli import privacy_log, privacy_register, rights

privacy_app = typer.Typer(
    help="Personal data: what is processed, who saw what, and the rights of persons.", no_args_is_help=True
)
for commands in (privacy_register, privacy_log, rights):
    commands.register(privacy_app)


def register(app: typer.Typer) -> None:
    """Add these commands to the app."""
    app.add_typer(privacy_app, name="privacy")
