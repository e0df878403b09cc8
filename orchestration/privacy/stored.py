"""Landed batches as the warehouse keeps them: raw rows with their clear values in the vault."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.landing.ledger import Load, read_ledger
from orchestration.landing.readers.base import LINE
from orchestration.landing.spec import EntitySpec, known_sources
from orchestration.privacy.suppression import Marker
from orchestration.protection.categories import Categories
from orchestration.protection.keys import Keys
from orchestration.protection.vault import VAULT_SCHEMA, read_vault

_REDACTED_ID = re.compile(r"\[redacted:[a-z_]+:([a-p]{32})\]")


@dataclass(frozen=True)
class Batch:
    """One batch of the ledger with its files; `loads` are all deliveries that brought it."""

    warehouse: Path
    load: Load

    @property
    def spec(self) -> EntitySpec:
        """Specification of the entity; a mapping gives the canonical columns."""
        return known_sources()[self.load.source].entities[self.load.entity]

    @cached_property
    def rows(self) -> pa.Table:
        """Raw rows, in the order of the file."""
        assert self.load.raw_path, "a loaded batch has a raw file"
        return pq.ParquetFile(self.warehouse / self.load.raw_path).read()

    def clear(self, keys: Keys) -> pa.Table:
        """Clear rows of the vault (VAULT_SCHEMA); none when the batch held nothing personal. Raises CrwError."""
        path = self.warehouse / self.load.vault_path if self.load.vault_path else None
        return read_vault(path, keys) if path and path.exists() else VAULT_SCHEMA.empty_table()


def batches(warehouse: Path) -> Iterator[Batch]:
    """Every batch of the ledger whose raw file is there, each once."""
    met: set[str] = set()
    for delivery in read_ledger(warehouse):
        for load in delivery.loads:
            if load.raw_path and load.raw_path not in met and (warehouse / load.raw_path).exists():
                met.add(load.raw_path)
                yield Batch(warehouse, load)


class StoredCells:
    """Cells of a stored batch: ids as marks, values as pseudonyms."""

    def __init__(self, batch: Batch, clear: pa.Table, marker: Marker, categories: Categories) -> None:
        self._rows, self.clear, self._marker = batch.rows, clear, marker
        self._spec, self._categories = batch.spec, categories
        self._made: dict[tuple[str, str], pa.Array] = {}
        self.texts: dict[str, str] = {}

    @cached_property
    def _revealed(self) -> dict[str, str]:
        return dict(zip(self.clear["key"].to_pylist(), self.clear["value"].to_pylist(), strict=True))

    def ids(self, column: str, name_space: str) -> pa.Array | None:
        """Marks of the record ids; `texts` leads from a mark to the clear id."""
        if column not in self._rows.column_names:
            return None
        if (column, name_space) not in self._made:
            encoded = self._rows[column].combine_chunks().dictionary_encode()
            marks = [self._mark(text, name_space) for text in encoded.dictionary.to_pylist()]
            self._made[column, name_space] = pa.array(marks, pa.string()).take(encoded.indices)
        return self._made[column, name_space]

    def values(self, column: str, domain: str) -> pa.Array | None:
        """Pseudonyms of a column; of one that is kept in the vault alone, where its line was the first."""
        if f"{column}_key" in self._rows.column_names:
            return self._rows[f"{column}_key"].combine_chunks()
        if column in self._rows.column_names:
            return None
        own = self.clear.filter(pc.equal(self.clear["column"], column))
        return own["key"].combine_chunks().take(pc.index_in(self._rows[LINE].combine_chunks(), own["line"]))

    def reveal(self, key: str) -> str:
        """Clear value of a pseudonym; empty when this batch's vault does not hold it."""
        return self._revealed.get(key, "")

    def _mark(self, text: str, name_space: str) -> str:
        redacted = _REDACTED_ID.fullmatch(text)
        clear = self._revealed.get(redacted[1], text) if redacted else text
        made = self._marker.of_id(name_space, clear)
        self.texts[made] = clear
        return made
