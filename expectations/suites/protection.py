"""Information protection at the doors: no text column of a mart or published file reads like a personal value."""

from collections.abc import Mapping

from expectations.severity import CRITICAL
from expectations.suite import Suite, quoted, rows_where
from orchestration.protection.detectors import sql_exact


def protect(suite: Suite, text_columns: Mapping[str, tuple[str, ...]]) -> Suite:
    """Add to a suite what protects its object: text columns by name, each with the patterns looked for.

    A cell that is one bare number is left to the leak scan, which can tell a mobile from a series of order numbers.
    """
    for column, patterns in text_columns.items():
        suite.limit(
            f"{column}_personal",
            rows_where(
                f"({sql_exact(column, patterns)}) and not regexp_full_match({quoted(column)}, '[0-9]+')"
            ),
            CRITICAL,
            "information protection",
            f"{suite.object}: cells of {column} read like a personal value ({', '.join(patterns)})",
            "give the landed column behind it a category that is pseudonymised or kept in the vault",
        )
    return suite
