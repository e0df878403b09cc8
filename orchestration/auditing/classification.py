"""Classification: every column has a category, and each audience gets only the classes it may see."""

from collections.abc import Iterator, Mapping

from orchestration.auditing.subject import Subject, is_text, tables
from orchestration.auditing.verdict import Check
from orchestration.protection.detectors import ID_PATTERNS, PATTERNS

_OWNER = "information protection"
_SCHEMAS = ("staging", "intermediate", "marts")
# Neither sees personal data; BI sees no masked contact data either, and nobody free text.
_CLASSES = {"finance": frozenset({"none", "internal", "personal"}), "bi": frozenset({"none", "internal"})}
_HIDDEN = frozenset({"free_text", "unknown", "pseudonym", "masked"})
_NUMBERS = frozenset({"identifier", "pseudonym"})


def classification(subject: Subject) -> Iterator[Check]:
    """One check per table: columns without a category, and columns its readers may not see."""
    with subject.connect() as connection:
        found = tables(connection, _SCHEMAS)
    for (schema, table), columns in found.items():
        unknown = [name for name in columns if subject.categories.of_column(name) is None]
        yield _check(
            f"categorised.{schema}.{table}",
            f"{schema}.{table}",
            len(columns),
            unknown,
            "have no category of information protection",
            "add them to seeds/rules/column_categories.csv",
        )
    for export in subject.exports:
        with subject.connect(export) as connection:
            published = tables(connection, ("marts",))
        for (schema, table), columns in published.items():
            refused = [name for name in columns if not _may_see(subject, export.stem, name)]
            yield _check(
                f"audience.{export.stem}.{table}",
                f"{schema}.{table}",
                len(columns),
                refused,
                f"may not be in {export.name}",
                "take the columns out of the mart or give the mart another audience",
            )


def text_patterns(subject: Subject, columns: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Text columns of a table with the patterns that would be personal in them: ids are long numbers by nature."""
    chosen = {}
    for name, kind in columns.items():
        if is_text(kind):
            category = subject.categories.of_column(name)
            numbers = category is not None and category.category in _NUMBERS
            chosen[name] = ID_PATTERNS if numbers else PATTERNS
    return chosen


def _may_see(subject: Subject, audience: str, column: str) -> bool:
    category = subject.categories.of_column(column)
    if category is None or category.treatment in ("pseudonymise", "vault_only"):
        return False
    allowed = category.data_class in _CLASSES.get(audience, frozenset())
    return allowed and not (audience == "bi" and category.category in _HIDDEN)


def _check(name: str, place: str, columns: int, bad: list[str], problem: str, way_out: str) -> Check:
    described = f"{', '.join(bad)} in {place} {problem}" if bad else f"all columns of {place} are classified"
    observed = {"columns": columns, "refused": len(bad)}
    return Check(
        name,
        "classification",
        place,
        "critical",
        _OWNER,
        not bad,
        observed,
        described,
        way_out if bad else "",
    )
