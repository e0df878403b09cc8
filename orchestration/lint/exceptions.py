"""Exceptions to the rules: one CSV, each row with its reason, and none that is no longer needed."""

from collections.abc import Iterable

from orchestration.lint.project import Project, Violation

EXCEPTIONS = "orchestration/lint/exceptions.csv"


def apply(project: Project, violations: Iterable[Violation]) -> list[Violation]:
    """Take excepted violations out; add one for each exception without a comment or without a violation.

    An exception names rule, path and subject, so the list can only shrink: what was mended has to leave it.
    """
    rows = project.rows(EXCEPTIONS)
    excepted = {(row["rule"], row["path"], row["subject"]) for row in rows if row["comment"].strip()}
    found = list(violations)
    keys = {(violation.rule, violation.path, violation.subject) for violation in found}
    left = [
        found_one
        for found_one in found
        if (found_one.rule, found_one.path, found_one.subject) not in excepted
    ]
    for line, row in enumerate(rows, 2):
        subject = f"{row['rule']} {row['path']} {row['subject']}"
        if not row["comment"].strip():
            message, way_out = f"{subject}: no comment.", "say why the rule may be broken here."
            left.append(Violation("exceptions", EXCEPTIONS, line, subject, message, way_out))
        if (row["rule"], row["path"], row["subject"]) not in keys:
            message, way_out = f"{subject}: nothing breaks this rule any more.", "remove the row."
            left.append(Violation("exceptions", EXCEPTIONS, line, subject, message, way_out))
    return left
