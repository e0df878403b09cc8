"""Information protection at the doors: no text column of a mart or published file reads like a personal value."""

from collections.abc import Iterable, Mapping

from expectations.severity import CRITICAL
from expectations.suite import Suite, quoted, rows_where
from orchestration.protection.detectors import sql_exact


def protect(suite: Suite, text_columns: Mapping[str, tuple[str, ...]]) -> Suite:
    """Add to a suite what protects its object: text columns by name, each with the patterns looked for.

    One count for the whole object: an expectation for each column costs more than all rows do, and the leak scan
    names the columns. It also judges bare numbers, since it can tell a mobile from a series of order numbers.
    """
    alike: dict[tuple[str, ...], list[str]] = {}
    for column, patterns in text_columns.items():
        alike.setdefault(tuple(sorted(patterns)), []).append(column)
    if not alike:
        return suite
    found = (sql_exact(_joined(columns), patterns) for patterns, columns in alike.items())
    suite.limit(
        "personal_values",
        rows_where(" or ".join(found)),
        CRITICAL,
        "information protection",
        f"{suite.object}: texts of some rows read like a personal value ({', '.join(sorted(set().union(*alike)))})",
        "the leak scan of the same object names the columns: give the landed column behind each a category that is "
        "pseudonymised or kept in the vault",
    )
    return suite


def _joined(columns: Iterable[str]) -> str:
    """The texts of a row, one a line, without those that are one bare number."""
    texts = (
        f"case when not regexp_full_match({quoted(name)}, '[0-9]+') then {quoted(name)} end"
        for name in columns
    )
    return f"concat_ws(chr(10), {', '.join(texts)})"
