"""Data categories and the column dictionary: what a column holds decides how it passes the door."""

import csv
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from orchestration.errors import ConfigurationError
from orchestration.protection import masking

Treatment = Literal["keep", "pseudonymise", "keep_or_mask", "vault_only"]
CLASSES = frozenset({"none", "internal", "personal", "sensitive"})
TREATMENTS = frozenset({"keep", "pseudonymise", "keep_or_mask", "vault_only"})
# What nobody declared is taken for sensitive: it goes to the vault and nowhere else.
UNKNOWN = "unknown"
TECHNICAL = "technical"
RAW_TECHNICAL = ("_batch_id", "_file", "_line", "_loaded_at")
_BY_TYPE = {
    "id": "identifier",
    "date": "date",
    "timestamp": "date",
    "decimal": "money",
    "integer": "business",
    "boolean": "business",
    "currency": "business",
}


class ColumnLike(Protocol):
    """What protection needs of a column of a landing spec."""

    name: str
    type: Any
    category: str | None


@dataclass(frozen=True)
class Category:
    """One row of data_categories.csv."""

    category: str
    data_class: str
    treatment: Treatment
    domain: str
    mask: str
    standard: str
    standard_version: str
    purpose: str
    legal_basis: str
    retention_days: int

    @property
    def is_checked(self) -> bool:
        """Whether raw says of each value if its check digit fits: once it is a pseudonym nobody can tell."""
        return self.domain == "tax_id"


class Categories:
    """The categories by name, and the dictionary of column names of staging, intermediate and marts."""

    def __init__(self, categories: Mapping[str, Category], columns: Mapping[str, str]) -> None:
        self._categories = dict(categories)
        self.columns = dict(columns)

    @classmethod
    def load(cls, rules_dir: Path) -> "Categories":
        """Read data_categories.csv and column_categories.csv. Raises ConfigurationError: file, line, column, rule."""
        categories: dict[str, Category] = {}
        path = rules_dir / "data_categories.csv"
        for line, row in _rows(path):
            category = _category(path, line, row)
            _unique(path, line, "category", category.category, categories)
            categories[category.category] = category
        needed = {UNKNOWN, TECHNICAL, "pseudonym", "masked", "business", *_BY_TYPE.values()} - set(categories)
        _check(not needed, path, 1, "category", f"a row for each of {', '.join(sorted(needed))}")
        unknown = categories[UNKNOWN]
        strict = (unknown.data_class, unknown.treatment) == ("sensitive", "vault_only")
        _check(strict, path, 1, "category", "the row unknown to be sensitive and vault_only")
        columns: dict[str, str] = {}
        path = rules_dir / "column_categories.csv"
        for line, row in _rows(path):
            _check(row["category"] in categories, path, line, "category", "a category of data_categories.csv")
            _unique(path, line, "column_name", row["column_name"], columns)
            columns[row["column_name"]] = row["category"]
        return cls(categories, columns)

    def __getitem__(self, name: str) -> Category:
        try:
            return self._categories[name]
        except KeyError:
            raise ConfigurationError(
                f"Unknown data category {name!r}.",
                "use one of " + ", ".join(sorted(self._categories)) + ", or add it to data_categories.csv.",
            ) from None

    def __iter__(self) -> Iterator[Category]:
        return iter(self._categories.values())

    def treatment(self, name: str) -> Treatment:
        """How a category passes the door. Raises ConfigurationError for a name that is no category."""
        return self[name].treatment

    @property
    def fingerprint(self) -> str:
        """Hash of what decides how cells pass the door: another one makes other batches of the same files."""
        content = sorted((item.category, item.treatment, item.domain, item.mask) for item in self)
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    def of_landed(self, column: ColumnLike) -> Category:
        """Category of a declared landed column; text and choice columns have to name theirs."""
        name = column.category or _BY_TYPE.get(str(column.type))
        if name is None:
            raise ConfigurationError(
                f"Column {column.name} of type {column.type} has no data category.",
                "give it a `category` of data_categories.csv in the source's specification.",
            )
        return self[name]

    def raw_columns(self, column: ColumnLike) -> list[str]:
        """Names of a landed column in raw: as is, with or as `_key`, `_masked` and `_is_valid`, or not at all."""
        name, category = column.name, self.of_landed(column)
        checked = [f"{name}_is_valid"] if category.is_checked else []
        return {
            "keep": [name],
            "pseudonymise": [f"{name}_key", f"{name}_masked", *checked],
            "keep_or_mask": [name, f"{name}_key"],
            "vault_only": [],
        }[category.treatment]

    def of_raw(self, columns: Iterable[ColumnLike]) -> dict[str, Category]:
        """Category of each column of a raw table: what a landed column became at the door, and the technical ones."""
        found = dict.fromkeys(RAW_TECHNICAL, self[TECHNICAL])
        for column in columns:
            category = self.of_landed(column)
            became = {f"{column.name}_key": "pseudonym", f"{column.name}_masked": "masked"}
            for name in self.raw_columns(column):
                found[name] = category if name == column.name else self[became.get(name, "business")]
        return found

    def of_column(self, column_name: str) -> Category | None:
        """Category of a column of staging, intermediate, marts or a published file; None when nobody gave it one."""
        name = self.columns.get(column_name)
        return None if name is None else self[name]


def _category(path: Path, line: int, row: dict[str, str]) -> Category:
    treatment = row["treatment"]
    _check(row["class"] in CLASSES, path, line, "class", "one of " + ", ".join(sorted(CLASSES)))
    _check(treatment in TREATMENTS, path, line, "treatment", "one of " + ", ".join(sorted(TREATMENTS)))
    _check(
        treatment == "keep" or bool(row["domain"]),
        path,
        line,
        "domain",
        "a pseudonym domain for this treatment",
    )
    masked = treatment in ("pseudonymise", "keep_or_mask")
    _check(
        not masked or row["mask"] in masking.RULES,
        path,
        line,
        "mask",
        "one of " + ", ".join(sorted(masking.RULES)),
    )
    _check(row["retention_days"].isdigit(), path, line, "retention_days", "a whole number of days")
    for name in ("standard", "standard_version", "purpose", "legal_basis"):
        _check(bool(row[name]), path, line, name, "a value")
    return Category(
        category=row["category"],
        data_class=row["class"],
        treatment=treatment,  # type: ignore[arg-type]
        domain=row["domain"],
        mask=row["mask"],
        standard=row["standard"],
        standard_version=row["standard_version"],
        purpose=row["purpose"],
        legal_basis=row["legal_basis"],
        retention_days=int(row["retention_days"]),
    )


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        with open(path, encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            return [(reader.line_num, {name: value or "" for name, value in row.items()}) for row in reader]
    except OSError as error:
        raise ConfigurationError(
            f"The rule table {path} cannot be read ({error.strerror}).", "restore it from the project."
        ) from None


def _check(good: bool, path: Path, line: int, column: str, expected: str) -> None:
    if not good:
        where = f"{path.name}, line {line}, column {column}"
        raise ConfigurationError(f"{where}: expected {expected}.", "correct the rule table.")


def _unique(path: Path, line: int, column: str, value: str, seen: Mapping[str, Any]) -> None:
    _check(bool(value) and value not in seen, path, line, column, "a name of its own, used once")
