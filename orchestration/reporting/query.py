"""A locked-down, read-only session on a published file: SELECT and nothing else."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.errors import ConfigurationError

# Nothing outside the file: no other files, no network, no extensions, no Python variables, no spilling, no SET.
_CONFIG = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
    "temp_directory": "",
    "threads": "2",
    "memory_limit": "1GB",
    "lock_configuration": "true",
}
# Errors about the statement itself; others may quote rows and are reduced to their class.
_SAFE = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException, duckdb.PermissionException)


@dataclass(frozen=True)
class Answer:
    """Rows of a query with their column names."""

    columns: list[str]
    rows: Sequence[tuple[Any, ...]]


def open_locked(database: Path) -> duckdb.DuckDBPyConnection:
    """Open a published file read-only, external access off, configuration locked; unqualified names are marts."""
    connection = duckdb.connect(
        str(database), read_only=True, config={**_CONFIG, "lock_configuration": "false"}
    )
    connection.execute("set timezone = 'UTC'")
    connection.execute("set search_path = 'marts'")
    connection.execute("set lock_configuration = true")
    return connection


def run_query(database: Path, sql: str, limit: int | None = None) -> Answer:
    """Answer one SELECT (also DESCRIBE, SHOW, FROM). Raises ConfigurationError in one line for anything else."""
    with open_locked(database) as connection:
        return answer(connection, sql, limit)


def answer(connection: duckdb.DuckDBPyConnection, sql: str, limit: int | None = None) -> Answer:
    """Answer one SELECT in a locked session. Raises ConfigurationError in one line for anything else."""
    try:
        statements = connection.extract_statements(sql)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise ConfigurationError(
                "Only one SELECT is answered here.",
                "write a single SELECT; `show tables` lists the marts.",
            )
        result = connection.execute(statements[0])
        columns = [column[0] for column in result.description or []]
        rows = result.fetchall() if limit is None else result.fetchmany(limit)
    except duckdb.Error as error:
        raise ConfigurationError(_one_line(error), "`crw query 'show tables'` lists what there is.") from None
    return Answer(columns, rows)


def as_csv(answer: Answer) -> str:
    """Write an answer as CSV with a header; null is an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows(answer.rows)
    return text.getvalue()


def as_json(answer: Answer) -> str:
    """Write an answer as a JSON list of objects; dates and decimals are text."""
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    return json.dumps(rows, ensure_ascii=False, indent=1, default=str)


def _one_line(error: duckdb.Error) -> str:
    kind = type(error).__name__.removesuffix("Exception")
    if not isinstance(error, _SAFE):
        return f"The query failed: {kind} error."
    return f"The query was not accepted: {str(error).splitlines()[0].rstrip('.')}."
