"""A read-only shell on a published file: the locked session of `crw query`, statement after statement."""

from collections.abc import Callable, Iterable
from pathlib import Path

import duckdb

from orchestration.errors import ConfigurationError
from orchestration.reporting.query import Answer, answer, open_locked

HELP = """One SELECT per statement (also FROM, DESCRIBE, SHOW, SUMMARIZE), over as many lines as it takes; a semicolon
ends it. Nothing else is answered: no other files, no network, no settings, no writing.
  .tables          the marts of this file
  .columns TABLE   its columns with type and description
  .help            this text
  .quit            the end (also Ctrl-D)"""
PROMPT, MORE = "crw> ", "...> "
_TABLES = (
    "select table_name, trim(comment, chr(10)) as comment from duckdb_tables()"
    " where schema_name = 'marts' order by table_name"
)
_COLUMNS = (
    "select column_name, data_type, comment from duckdb_columns()"
    " where schema_name = 'marts' and table_name = ? order by column_index"
)


class Shell:
    """Takes lines, answers whole statements; `show` gets each answer, `tell` each text for people."""

    def __init__(self, database: Path, show: Callable[[Answer], None], tell: Callable[[str], None]) -> None:
        self.database = database
        self._connection = open_locked(database)
        self._show, self._tell = show, tell
        self._lines: list[str] = []
        self.failures = 0

    @property
    def prompt(self) -> str:
        """What to show before the next line: another one inside a statement."""
        return MORE if self._lines else PROMPT

    def run(self, lines: Iterable[str]) -> int:
        """Answer lines until they end or .quit; a last statement needs no semicolon. Returns how many failed."""
        for line in lines:
            if not self.take(line):
                break
        else:
            self._finish()
        self._connection.close()
        return self.failures

    def take(self, line: str) -> bool:
        """Answer one line; False when it asked for the end."""
        word, _, rest = line.strip().partition(" ")
        if not self._lines and word.startswith("."):
            return self._command(word, rest.strip().rstrip(";"))
        if line.strip() or self._lines:
            self._lines.append(line)
        if self._is_whole():
            self._finish()
        return True

    def forget(self) -> None:
        """Drop the lines of an unfinished statement."""
        self._lines.clear()

    def words(self) -> list[str]:
        """Names a person may want to complete: tables and their columns."""
        rows = self._connection.execute(
            "select table_name from duckdb_tables() union select column_name from duckdb_columns()"
            " where schema_name = 'marts'"
        ).fetchall()
        return sorted(name for (name,) in rows)

    def _is_whole(self) -> bool:
        """Whether the lines end in a semicolon that is not inside a text, a quoted name or a comment."""
        if not self._lines or not self._lines[-1].rstrip().endswith(";"):
            return False
        tokens = duckdb.tokenize("\n".join(self._lines))
        text = "\n".join(self._lines)
        start, kind = tokens[-1] if tokens else (0, None)
        return kind == duckdb.token_type.operator and text.encode()[start:].strip() == b";"

    def _finish(self) -> None:
        sql = "\n".join(self._lines).strip()
        self._lines.clear()
        if sql.strip("; \n\t"):
            self._answer(sql)

    def _answer(self, sql: str) -> None:
        try:
            self._show(answer(self._connection, sql))
        except ConfigurationError as error:
            self.failures += 1
            self._tell(f"{error.message} Way out: {error.way_out}")

    def _command(self, word: str, rest: str) -> bool:
        if word in (".quit", ".exit"):
            return False
        if word == ".tables":
            self._ask(_TABLES)
        elif word == ".columns" and rest:
            self._ask(_COLUMNS, rest)
        elif word == ".help":
            self._tell(HELP)
        else:
            self.failures += 1
            self._tell(f"{word} is no command here. Way out: .help lists them.")
        return True

    def _ask(self, sql: str, *parameters: str) -> None:
        result = self._connection.execute(sql, list(parameters))
        self._show(Answer([column[0] for column in result.description or []], result.fetchall()))
