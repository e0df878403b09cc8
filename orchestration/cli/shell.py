"""crw shell: ask the published file again and again, in the session that `crw query` opens once."""

import contextlib
import sys
from collections.abc import Iterator
from typing import Annotated

import typer

from orchestration.cli.explore import print_answer
from orchestration.cli.options import Audience, AudienceOption, Output, Warehouse, served
from orchestration.reporting.shell import Shell


def shell(
    audience: AudienceOption = Audience.finance,
    output: Annotated[Output, typer.Option("--format", "-f", help="How rows are written.")] = Output.table,
    warehouse: Warehouse = None,
) -> None:
    """Ask the published file interactively: SELECTs over several lines, ended by a semicolon; .help tells the rest.

    The session is that of `crw query`: read-only, no other files, no network, no settings. Statements may be piped in;
    the exit code is then 2 when one of them failed.
    """
    _, version = served(warehouse)

    def tell(text: str) -> None:
        typer.echo(text, err=not sys.stdin.isatty())

    session = Shell(version.folder / f"{audience}.duckdb", lambda found: print_answer(found, output), tell)
    if not sys.stdin.isatty():
        if session.run(line.rstrip("\n") for line in sys.stdin):
            raise typer.Exit(2)
        return
    typer.echo(f"{version.name}, {audience}.duckdb, read-only. .help for help, .quit to leave.")
    session.run(_typed(session))


def _typed(session: Shell) -> Iterator[str]:
    """Lines of a person at a terminal; Ctrl-C drops the statement, Ctrl-D ends. History stays in memory alone."""
    _complete(session.words())
    while True:
        try:
            yield input(session.prompt)
        except KeyboardInterrupt:
            session.forget()
            typer.echo()
        except EOFError:
            typer.echo()
            return


def _complete(words: list[str]) -> None:
    # A Python built without readline has none; lines can be typed all the same.
    with contextlib.suppress(ImportError):
        import readline

        def match(text: str, state: int) -> str | None:
            found = [word for word in words if word.startswith(text)]
            return found[state] if state < len(found) else None

        readline.set_completer(match)
        readline.parse_and_bind("tab: complete")


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    app.command()(shell)
