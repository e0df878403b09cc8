"""Which landed columns lead to a person, and what an erasure makes of the rows they lead to (erasure_rules.csv)."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, get_args

from orchestration.errors import ConfigurationError
from orchestration.rules.tables import read_rows

Treatment = Literal["remove", "unlink", "keep"]
CUSTOMER, ANY_CUSTOMER, SELF = "customer", "any.customer", "self"


@dataclass(frozen=True)
class Reference:
    """One column that leads to a person; `refers_to` is the name space of its ids, e.g. zoho_crm.contact."""

    source: str
    entity: str
    column: str
    refers_to: str
    treatment: Treatment
    legal_basis: str
    standard: str

    @property
    def names_customer(self) -> bool:
        """Whether the ids are those of customers (sole traders) and not of contacts."""
        return self.refers_to.endswith(CUSTOMER)

    def is_own(self, key: list[str]) -> bool:
        """Whether the column is the key of its entity: the row is the person's own record."""
        return key[:1] == [self.column]


class ErasureRules:
    """The references in force on a date, by source and entity."""

    def __init__(self, references: list[Reference]) -> None:
        self._by_entity: dict[tuple[str, str], list[Reference]] = {}
        for reference in references:
            self._by_entity.setdefault((reference.source, reference.entity), []).append(reference)

    @classmethod
    def load(cls, rules_dir: Path, on: date) -> "ErasureRules":
        """Read erasure_rules.csv as in force on a date. Raises ConfigurationError."""
        found = []
        for line, row in enumerate(read_rows(rules_dir, "erasure_rules"), 2):
            if row["treatment"] not in get_args(Treatment):
                raise ConfigurationError(
                    f"seeds/rules/erasure_rules.csv line {line}: treatment has to be remove, unlink or keep.",
                    "correct the row.",
                )
            day = on.isoformat()
            if row["effective_from"] <= day and (not row["effective_to"] or day < row["effective_to"]):
                found.append(
                    Reference(
                        row["source"],
                        row["entity"],
                        row["column_name"],
                        row["refers_to"],
                        row["treatment"],  # type: ignore[arg-type]
                        row["legal_basis"],
                        row["standard"],
                    )
                )
        return cls(found)

    def of(self, source: str, entity: str) -> list[Reference]:
        """References of one entity; none for an entity that leads to nobody."""
        return self._by_entity.get((source, entity), [])

    def entities(self) -> list[tuple[str, str]]:
        """Every (source, entity) with a reference."""
        return list(self._by_entity)
