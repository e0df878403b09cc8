"""Classification: every column has a category, and each audience gets only the classes it may see."""

from collections.abc import Iterator, Mapping

from pyarrow import parquet

from orchestration.auditing.subject import Subject, is_text, tables
from orchestration.auditing.verdict import Check
from orchestration.landing.spec import known_sources
from orchestration.protection.audiences import AUDIENCES, FIRST
from orchestration.protection.categories import Category
from orchestration.protection.detectors import ID_PATTERNS, PATTERNS

_OWNER = "information protection"
_RAW = "raw"
_SCHEMAS = ("run", "history", "staging", "intermediate", "marts")
_NUMBERS = frozenset({"identifier", "pseudonym"})


def classification(subject: Subject) -> Iterator[Check]:
    """One check per table: columns without a category, and columns its readers may not see."""
    with subject.connect() as connection:
        found = tables(connection, (_RAW, *_SCHEMAS))
    raw = _raw_categories(subject)
    for (schema, table), columns in found.items():
        known = raw.get(table, {}) if schema == _RAW else subject.categories.columns
        unknown = [name for name in columns if name not in known]
        yield _check(
            f"categorised.{schema}.{table}",
            f"{schema}.{table}",
            len(columns),
            unknown,
            "have no category of information protection",
            "give the landed column a category in its source's specification"
            if schema == _RAW
            else "add them to seeds/rules/column_categories.csv",
        )
    for export in subject.exports:
        with subject.connect(export) as connection:
            published = tables(connection, ("marts",))
        for (schema, table), columns in published.items():
            audience = AUDIENCES[export.stem]
            refused = [name for name in columns if not audience.may_see(subject.categories.of_column(name))]
            yield _check(
                f"audience.{export.stem}.{table}",
                f"{schema}.{table}",
                len(columns),
                refused,
                f"may not be in {export.name}",
                "take the columns out of the mart or give the mart another audience",
            )
    for file in sorted((subject.build / "export" / "marts").glob("*.parquet")):
        columns = parquet.read_schema(file).names
        first = AUDIENCES[FIRST]
        refused = [name for name in columns if not first.may_see(subject.categories.of_column(name))]
        yield _check(
            f"audience.parquet.{file.stem}",
            f"marts.{file.stem}",
            len(columns),
            refused,
            f"may not be in {file.name}",
            "take the columns out of the mart",
        )


def _raw_categories(subject: Subject) -> dict[str, dict[str, Category]]:
    return {
        f"{source.source}__{entity.entity}": subject.categories.of_raw(entity.columns)
        for source in known_sources().values()
        for entity in source.entities.values()
    }


def text_patterns(subject: Subject, columns: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Text columns of a table with the patterns that would be personal in them: ids are long numbers by nature."""
    chosen = {}
    for name, kind in columns.items():
        if is_text(kind):
            category = subject.categories.of_column(name)
            numbers = category is not None and category.category in _NUMBERS
            chosen[name] = ID_PATTERNS if numbers else PATTERNS
    return chosen


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
