"""Rows of a rule table that count on a date, for Python: what SQL reads of the same tables are the staged seeds."""

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

from orchestration.errors import ConfigurationError

Made = TypeVar("Made")


def read_in_force(
    rules_dir: Path, table: str, as_of: date, make: Callable[[dict[str, str]], Made], problem: str
) -> list[Made]:
    """Read <table>.csv and `make` something of each row in force at as_of.

    Raises ConfigurationError for a table that cannot be read, and with the file, the line and the `problem` for a
    row of which nothing can be made.
    """
    path, found = rules_dir / f"{table}.csv", []
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            for row in (rows := csv.DictReader(file)):
                ends = row["effective_to"]
                starts = date.fromisoformat(row["effective_from"])
                if starts <= as_of and not (ends and as_of >= date.fromisoformat(ends)):
                    found.append(make(row))
    except OSError:
        raise ConfigurationError(f"The rule table {table}.csv cannot be read.", f"restore {path}.") from None
    except (KeyError, ValueError, TypeError, AttributeError):
        raise ConfigurationError(
            f"{table}.csv, line {rows.line_num}: {problem}.", "correct the rule table."
        ) from None
    return found
