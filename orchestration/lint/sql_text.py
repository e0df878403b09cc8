"""Rules over the text of SQL files: no clock, only what means the same on DuckDB and on Spark."""

import re
from collections.abc import Iterator

from orchestration.lint.project import Project, Violation

ENGINES = "dbt_project/macros/engines/"
_TESTS = "dbt_project/tests/"
_CLOCK = re.compile(
    r"\b(current_date|current_timestamp|current_time|localtimestamp|localtime|get_current_\w+|run_started_at"
    r"|(?:now|today|getdate|sysdate|transaction_timestamp|clock_timestamp|unix_timestamp)\s*\(|modules\.datetime)",
    re.IGNORECASE,
)
# Each construct that one of the two engines lacks or reads differently, and what to write instead.
_BANNED = (
    (r"::", "`::`", "write cast(... as ...)"),
    (r"\bqualify\b", "qualify", "filter a row_number() column in the next CTE"),
    (r"\bexclude\b", "exclude", "list the columns"),
    (r"\breplace\s*\((?=[^)]*\bas\b)", "select * replace", "list the columns"),
    (r"//", "`//`", "write floor(a / nullif(b, 0))"),
    (r"\bunnest\b", "unnest", "use a macro of macros/engines"),
    (r"\basof\b", "asof join", "store valid_to and join on a range"),
    (r"->|\blambda\b", "a list lambda", "use rows, or a macro of macros/engines"),
    (r"\brange\s+between\s+interval\b", "range between interval", "join on dates, or count rows"),
    (r"\b(hash|log|skewness|kurtosis)\s*\(", r"\1()", "use md5(), ln() or a macro of macros/engines"),
    (r"\bconcat\s*\(", "concat()", "write || with coalesce"),
    (r"\bas\s+(varchar|text)\b", r"type \1", "write string"),
    (r"\bdistinct\s+on\b", "distinct on", "filter a row_number() column in the next CTE"),
    (r"\bpositional\s+join\b", "positional join", "join on a key"),
)
_STRINGS = re.compile(r"'(?:[^']|'')*'")
_NOT_SQL = re.compile(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_COMMENTS = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)


def _blank(pattern: re.Pattern[str], text: str) -> str:
    """Replace each match by spaces; lines and columns stay where they are."""
    return pattern.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)


def _sql_files(project: Project) -> Iterator[tuple[str, str]]:
    """(path, text without comments) of models, macros and tests."""
    for path, text in project.files.items():
        if path.startswith("dbt_project/") and path.endswith(".sql"):
            yield path, _blank(_COMMENTS, text)


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def no_clock(project: Project) -> Iterator[Violation]:
    """Today is the run's as_of date: no SQL file reads a clock."""
    for path, text in _sql_files(project):
        for found in _CLOCK.finditer(text):
            name = found.group(1).rstrip("( ")
            way_out = "take as_of_date or known_at from stg_run__context."
            yield Violation(
                "no-clock", path, _line(text, found.start()), name, f"{name} reads the clock.", way_out
            )


def portable(project: Project) -> Iterator[Violation]:
    """Constructs that DuckDB and Spark do not share live in macros/engines only."""
    for path, text in _sql_files(project):
        if path.startswith(ENGINES):
            continue
        sql = _blank(_NOT_SQL, text)
        for found in _STRINGS.finditer(sql):
            if "\\" in found.group():
                yield _not_portable(
                    path, sql, found, "a backslash in a literal", "use a macro of macros/engines"
                )
        sql = _blank(_STRINGS, sql)
        for found in re.finditer(r'"[^"\n]*"', sql):
            yield _not_portable(path, sql, found, "a double-quoted identifier", "use a plain name")
        for pattern, name, instead in _BANNED:
            for found in re.finditer(pattern, sql, re.IGNORECASE):
                yield _not_portable(path, sql, found, found.expand(name), instead)


def _not_portable(path: str, sql: str, found: re.Match[str], name: str, instead: str) -> Violation:
    message = f"{name} does not mean the same on DuckDB and on Spark."
    return Violation("portable-sql", path, _line(sql, found.start()), name, message, f"{instead}.")


def tests_say_what_fails(project: Project) -> Iterator[Violation]:
    """A singular test begins by saying when it fails; a generic one says so inside."""
    for path, text in project.files.items():
        if not (path.startswith(_TESTS) and path.endswith(".sql")):
            continue
        generic = path.startswith(f"{_TESTS}generic/")
        if not (
            re.search(r"^-- Fails if ", text, re.MULTILINE) if generic else text.startswith("-- Fails if ")
        ):
            message, way_out = "the test does not say what makes it fail.", "begin with `-- Fails if ...`."
            yield Violation("fails-if", path, 1, "first line", message, way_out)


RULES = (no_clock, portable, tests_say_what_fails)
