"""What every row of a rule table must carry: a name, a version, dates that do not overlap, an owner and a reason."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from orchestration.rules.tables import Row, RuleTable

_OPEN_END = date.max


def problems(tables: list[RuleTable]) -> Iterator[str]:
    """One line for each row that breaks a rule of rule tables: table, line, what is wrong."""
    versions = {
        row["rules_version"] for table in tables for row in table.rows if table.name == "rules_versions"
    }
    for table in tables:
        for line, row in enumerate(table.rows, 2):
            for problem in _row(table, row, versions):
                yield f"seeds/rules/{table.name}.csv line {line}: {problem}"
        yield from _overlaps(table)


def _row(table: RuleTable, row: Row, versions: set[str]) -> Iterator[str]:
    if None in row or None in row.values():
        yield "has more or fewer cells than the header."
        return
    if any(not row[column] for column in table.key):
        yield f"has no {' or '.join(table.key)}."
    if row["rules_version"] not in versions:
        yield f"names the unknown rules version {row['rules_version'] or '(none)'}."
    for column in ("owner", "rationale"):
        if column in row and not row[column].strip():
            yield f"has no {column}."
    for column in (name for name in row if name.endswith("_en")):
        chinese = row.get(f"{column[:-3]}_zh", "")
        if not row[column] or not any("一" <= letter <= "鿿" for letter in chinese):
            yield f"lacks {column} or its Chinese text."
    if _period(row) is None:
        yield "has no valid effective_from, or ends before it starts."
    if table.ends and not row["effective_to"]:
        yield "never ends: what counts for good is a changed rule."
    signatures = [row[column].strip().lower() for column in table.signed_by]
    if not all(signatures) or len(set(signatures)) < len(signatures):
        yield f"is not signed by two: {' and '.join(table.signed_by)} must differ."


def _period(row: Row) -> tuple[date, date] | None:
    try:
        start = date.fromisoformat(row["effective_from"])
        end = date.fromisoformat(row["effective_to"]) if row["effective_to"] else _OPEN_END
    except ValueError:
        return None
    return (start, end) if start < end else None


def _overlaps(table: RuleTable) -> Iterator[str]:
    periods: dict[str, list[tuple[date, date]]] = defaultdict(list)
    for row in table.rows:
        if None not in row and None not in row.values() and (period := _period(row)):
            periods[table.rule_id(row).lower()].append(period)
    for rule_id, found in periods.items():
        ordered = sorted(found)
        if any(later[0] < earlier[1] for earlier, later in pairwise(ordered)):
            yield f"seeds/rules/{table.name}.csv: two rows of {rule_id} count on the same date."
