"""Options that several commands share, and how they become settings."""

import csv
import json
import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from orchestration.errors import ConfigurationError
from orchestration.protection.audiences import AUDIENCES
from orchestration.publishing.versions import Version, current_version
from orchestration.settings import Settings

Warehouse = Annotated[
    Path | None,
    typer.Option("--warehouse", help="Warehouse folder (CRW_WAREHOUSE; ./warehouse).", show_default=False),
]


class Output(StrEnum):
    """How rows are written."""

    table = "table"
    csv = "csv"
    json = "json"


# The audiences of orchestration/protection/audiences.py, as choices of an option.
Audience = StrEnum("Audience", {name: name for name in AUDIENCES})
AudienceOption = Annotated[Audience, typer.Option("--audience", help="finance.duckdb or bi.duckdb.")]


_last: list[Path] = []


def load_settings(**overrides: Any) -> Settings:
    """Read the settings of a command; the log of an unexpected error goes to the same warehouse."""
    settings = Settings.from_environment(**overrides)
    _last[:] = [settings.warehouse]
    return settings


def last_warehouse() -> Path | None:
    """Return the warehouse of the command that ran, once it is known."""
    return _last[-1] if _last else None


def write_rows(rows: list[dict[str, Any]], output: Output) -> None:
    """Write rows to stdout as CSV with a header, or as a JSON list of objects; null is an empty cell in CSV."""
    if output is Output.json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1, default=str))
        return
    writer = csv.DictWriter(sys.stdout, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


def console() -> Console:
    """Return the console of a command; with no terminal (a log, a pipe) lines are wide enough for the tables."""
    plain = Console(highlight=False)
    return plain if plain.is_terminal else Console(highlight=False, width=132)


def served(warehouse: Path | None) -> tuple[Settings, Version]:
    """Return the settings and the served version. Raises ConfigurationError when nothing was published yet."""
    settings = load_settings(warehouse=warehouse)
    version = current_version(settings.warehouse)
    if version is None:
        raise ConfigurationError(
            f"Nothing was published in {settings.warehouse} yet.", "run `crw nightly` first."
        )
    return settings, version


def parse_date(text: str | None) -> date | None:
    """Read the option --as-of. Raises ConfigurationError."""
    return None if text is None else read_date(text, "--as-of")


def read_date(text: str, option: str) -> date:
    """Read a date option. Raises ConfigurationError naming the option."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ConfigurationError(
            f"{option} is not a date.", "write it as YYYY-MM-DD, e.g. 2026-06-30."
        ) from None
