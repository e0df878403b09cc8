"""Assembles the commands and turns every outcome into a message and an exit code."""

import os
import sys
import traceback

import duckdb
import typer
from rich.console import Console

from orchestration import clock, permissions
from orchestration.cli import (
    alerts,
    backfill,
    demo,
    explore,
    hold,
    keys,
    metrics,
    nightly,
    privacy,
    quarantine,
    reveal,
    rules,
    serving,
    shell,
    status,
    whatif,
)
from orchestration.cli.options import last_warehouse
from orchestration.errors import CrwError
from orchestration.files import make_dirs

EXIT_CODES = (
    "Exit codes: 0 done or published · 1 refused or held (a landed file, a delivery, a model or the audit; "
    "the served version stays) · "
    "2 bad usage or configuration · 70 unexpected error (a log is named) · 74 the file system refused · "
    "75 another run is active"
)

app = typer.Typer(
    name="crw",
    help="Audited, explained, reproducible customer risk from CRM and finance exports, every night.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
_COMMANDS = (
    nightly,
    backfill,
    hold,
    alerts,
    serving,
    status,
    explore,
    shell,
    metrics,
    quarantine,
    privacy,
    reveal,
    keys,
    rules,
    whatif,
    demo,
)
for commands in _COMMANDS:
    commands.register(app)


def main() -> None:
    """Run the command line; the process ends with one of the documented exit codes."""
    os.umask(permissions.UMASK)
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    errors = Console(stderr=True, highlight=False)
    try:
        return int(app(arguments, prog_name="crw", standalone_mode=False) or 0)
    except CrwError as error:
        errors.print(f"[bold red]{error.title}:[/]", end=" ")
        errors.print(error.message.rstrip(), markup=False, soft_wrap=True)
        if error.way_out:
            errors.print(f"Way out: {error.way_out}", markup=False, soft_wrap=True)
        return error.exit_code
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        errors.print(
            f"The file system refused: {error.strerror or 'error'}{where}", markup=False, soft_wrap=True
        )
        errors.print("Way out: make room or mend the rights, then run again; what is served did not change.")
        return 74
    except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
        errors.print(f"The engine ran out of room: {type(error).__name__}.", markup=False, soft_wrap=True)
        errors.print(
            "Way out: raise CRW_MEMORY_LIMIT, or make room for spilling in the warehouse's builds folder."
        )
        return 74
    except (KeyboardInterrupt, typer.Abort):
        errors.print("Stopped. What is served did not change; the next run cleans up.")
        return 130
    except Exception as error:
        if hasattr(error, "show") and hasattr(error, "exit_code"):
            error.show()
            return int(error.exit_code)
        place = _log(error)
        errors.print(
            f"Unexpected {type(error).__name__}; the log lies in {place}", markup=False, soft_wrap=True
        )
        return 70


def _log(error: Exception) -> str:
    # Frames and the error's class only: the text of an unexpected error may quote a row.
    warehouse = last_warehouse()
    if warehouse is None:
        return "no file (the settings could not be read)"
    folder = warehouse / "errors"
    lines = ["".join(traceback.format_tb(error.__traceback__)), type(error).__name__, "\n"]
    try:
        make_dirs(folder)
        path = folder / f"{clock.stamp(clock.utc_now())}.log"
        path.write_text("".join(lines))
        path.chmod(0o600)
    except OSError:
        return "no file (the warehouse folder cannot be written)"
    return str(path)
