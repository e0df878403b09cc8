"""The record of processing: every column from the export to the published file, with class, purpose, basis and term.

What article 30 of the GDPR and articles 51, 55 and 56 of the PIPL ask for, as far as a warehouse can know it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from orchestration.errors import ConfigurationError
from orchestration.landing.ledger import read_ledger
from orchestration.landing.spec import known_sources
from orchestration.protection.audiences import AUDIENCES
from orchestration.protection.categories import UNKNOWN, Categories, Category
from orchestration.publishing.grain import meta_of

LAYERS = ("source", "raw", "model", "published")


@dataclass(frozen=True)
class Entry:
    """One column: where it stands, and what its category says of it. `treatment`: how it passes the door."""

    layer: str
    object: str
    column: str
    category: str
    data_class: str
    treatment: str
    purpose: str
    legal_basis: str
    retention_days: int
    standard: str
    standard_version: str


@dataclass(frozen=True)
class Summary:
    """One category of data: what it is for, how long it stays, columns by layer, and who reads it."""

    category: str
    data_class: str
    treatment: str
    purpose: str
    legal_basis: str
    retention_days: int
    standard: str
    standard_version: str
    source: int
    raw: int
    model: int
    published: int
    recipients: str


def register(categories: Categories, dbt_dir: Path, warehouse: Path | None = None) -> list[Entry]:
    """All columns, layer by layer; of a warehouse also those that files brought and nobody declared.

    Raises ConfigurationError naming every column without a category.
    """
    entries: list[Entry] = []
    missing: list[str] = []
    for layer, place, column, category in _columns(categories, dbt_dir):
        if category is None:
            missing.append(f"{place}.{column}")
        else:
            entries.append(_entry(layer, place, column, category))
    if missing:
        listed = ", ".join(missing[:20]) + (f" and {len(missing) - 20} more" if len(missing) > 20 else "")
        raise ConfigurationError(
            f"{len(missing)} columns have no category of information protection: {listed}.",
            "add them to seeds/rules/column_categories.csv.",
        )
    if warehouse is not None:
        entries += [
            _entry("source", place, column, categories[UNKNOWN]) for place, column in _undeclared(warehouse)
        ]
    return sorted(entries, key=lambda entry: (LAYERS.index(entry.layer), entry.object))


def summarise(categories: Categories, entries: Iterable[Entry]) -> list[Summary]:
    """The register by category of data, in the order of data_categories.csv."""
    counts: Counter[tuple[str, str]] = Counter()
    readers: dict[str, set[str]] = {}
    for entry in entries:
        counts[entry.category, entry.layer] += 1
        if entry.layer == "published":
            readers.setdefault(entry.category, set()).add(entry.object.split(":")[0])
    return [
        Summary(
            **_facts(category),
            source=counts[category.category, "source"],
            raw=counts[category.category, "raw"],
            model=counts[category.category, "model"],
            published=counts[category.category, "published"],
            recipients=", ".join(sorted(readers.get(category.category, set()))),
        )
        for category in categories
    ]


def _columns(categories: Categories, dbt_dir: Path) -> Iterator[tuple[str, str, str, Category | None]]:
    """(layer, object, column, category) of everything the project declares."""
    for source in known_sources().values():
        for entity in source.entities.values():
            for column in entity.columns:
                yield "source", f"{source.source}.{entity.entity}", column.name, categories.of_landed(column)
            for name, category in categories.of_raw(entity.columns).items():
                yield "raw", f"raw.{source.source}__{entity.entity}", name, category
    for model, layer, columns, audience in _models(dbt_dir):
        for name in columns:
            yield "model", f"{layer}.{model}", name, categories.of_column(name)
        for reader in audience:
            for name in columns:
                yield "published", f"{reader}:marts.{model}", name, categories.of_column(name)


def _models(dbt_dir: Path) -> Iterator[tuple[str, str, list[str], list[str]]]:
    """(model, layer, columns, audience) as the models' properties describe them."""
    folder = dbt_dir / "models"
    for path in sorted(folder.rglob("*.yml")):
        for model in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("models", []):
            audience = [name for name in AUDIENCES if name in meta_of(model).get("audience", ())]
            columns = [column["name"] for column in model.get("columns", [])]
            yield model["name"], path.relative_to(folder).parts[0], columns, audience


def _undeclared(warehouse: Path) -> list[tuple[str, str]]:
    """(source.entity, header) of columns that landed files brought and no specification declares."""
    return sorted(
        {
            (f"{load.source}.{load.entity}", column)
            for delivery in read_ledger(warehouse)
            for load in delivery.loads
            for column in load.undeclared_columns
        }
    )


def _entry(layer: str, place: str, column: str, category: Category) -> Entry:
    return Entry(layer=layer, object=place, column=column, **_facts(category))


def _facts(category: Category) -> dict:
    return {
        name: getattr(category, name)
        for name in (
            *("category", "data_class", "treatment", "purpose", "legal_basis", "retention_days"),
            *("standard", "standard_version"),
        )
    }
