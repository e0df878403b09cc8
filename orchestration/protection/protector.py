"""Splits each landed batch: pseudonyms and masks go on to raw, clear values to the vault, nothing else passes."""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.protection import columns, credit_codes, masking, party_names
from orchestration.protection.categories import UNKNOWN, Categories, Category, ColumnLike
from orchestration.protection.detectors import DETECTORS_VERSION, ID_PATTERNS, PATTERNS, Span, normalise
from orchestration.protection.keys import Keys
from orchestration.protection.pseudonyms import Pseudonymiser
from orchestration.protection.vault import VAULT_SCHEMA, VaultWriter

LINE = "_line"
_NUMBERS = r"^\s*(?:0?1[3-9][0-9]{9}|[1-8][0-9]{16}[0-9Xx])\s*$"
_SHORTEST_NUMBER = 11
_NUMBER_PATTERNS = ("id_number", "mobile")
# Pseudonym domain of what a pattern finds, where the names differ.
DOMAINS = {"mobile": "phone", "card": "bank_account"}


class SpecLike(Protocol):
    """What protection needs of the specification of a landed entity."""

    source: str
    entity: str
    columns: Sequence[Any]


@dataclass(frozen=True)
class Redaction:
    """Personal values found in a kept column: how many cells, and the line of the first; never the value."""

    column: str
    pattern: str
    line: int
    count: int


@dataclass(frozen=True)
class ProtectedBatch:
    """A batch without clear personal values, the clear values for the vault (VAULT_SCHEMA), and what was redacted."""

    batch: pa.RecordBatch
    vault_rows: pa.Table
    redactions: list[Redaction]


class _Batch:
    """What one batch gathers on its way through the door."""

    def __init__(self, batch: pa.RecordBatch, source: str, entity: str) -> None:
        self.lines = batch.column(LINE).cast(pa.int64())
        self.source, self.entity = source, entity
        self.output: dict[str, pa.Array] = {}
        self.vault: list[pa.Table] = []
        self.redactions: list[Redaction] = []

    def store(self, domain: str, keys: pa.Array, values: pa.Array, column: str, lines: pa.Array) -> None:
        size = len(values)
        constants = {"domain": domain, "source": self.source, "entity": self.entity, "column": column}
        arrays = {name: pa.repeat(pa.scalar(text, pa.string()), size) for name, text in constants.items()}
        arrays |= {"key": keys, "value": values, "line": lines}
        self.vault.append(pa.table([arrays[name] for name in VAULT_SCHEMA.names], schema=VAULT_SCHEMA))


class _Distinct:
    """The distinct values of a column, the line each is met in first, and the way back to the column's rows."""

    def __init__(self, array: pa.Array, lines: pa.Array) -> None:
        encoded = array.dictionary_encode()
        self.values, self._indices = encoded.dictionary, encoded.indices
        self._is_column = len(self.values) == len(array)
        self.lines = lines if self._is_column else _first_lines(self._indices, lines)

    def rows(self, made: pa.Array) -> pa.Array:
        """What was made of each distinct value, for each row of the column."""
        return made if self._is_column else made.take(self._indices)


class Protector:
    """Protects landed batches with the keys of a warehouse and the data categories."""

    def __init__(self, keys: Keys, categories: Categories) -> None:
        self.keys = keys
        self.categories = categories
        self._pseudonyms = Pseudonymiser(keys)

    @property
    def pseudonym_key(self) -> str:
        """Public name of the secret the pseudonyms are made with."""
        return self.keys.pseudonyms.key_id

    @property
    def fingerprint(self) -> str:
        """Hash of the treatments and detectors in force: batches made under another one are not reused."""
        return hashlib.sha256(f"{DETECTORS_VERSION} {self.categories.fingerprint}".encode()).hexdigest()

    def vault_writer(self, path: Path, name: str | None = None) -> VaultWriter:
        """Writer of one vault file; `name` is its final file name when the caller moves it there."""
        return VaultWriter(path, self.keys, name)

    def protect(
        self, batch: pa.RecordBatch, spec: SpecLike, undeclared: Sequence[str] = ()
    ) -> ProtectedBatch:
        """Return the batch as raw may hold it, in the order of the specification.

        `batch`: string columns named as in the specification with cells as read, undeclared columns under their
        headers, `_line` int64. Other columns that begin with `_` pass; any other column is refused (KeyError).
        """
        declared: dict[str, ColumnLike] = {column.name: column for column in spec.columns}
        names = batch.schema.names
        work = _Batch(batch, spec.source, spec.entity)
        cells = {name: clean(batch.column(name)) for name in names if not name.startswith("_")}
        for name in [*(name for name in declared if name in cells), *undeclared]:
            if name in declared and name not in undeclared:
                self._column(work, declared[name], cells, declared)
            else:
                self._vault_only(work, name, cells[name], self.categories[UNKNOWN])
        if stray := set(cells) - set(declared) - set(undeclared):
            raise KeyError(
                f"{len(stray)} columns of {spec.entity} are neither declared nor listed as undeclared"
            )
        passing = {name: batch.column(name) for name in names if name.startswith("_")}
        vault_rows = pa.concat_tables(work.vault) if work.vault else VAULT_SCHEMA.empty_table()
        return ProtectedBatch(pa.RecordBatch.from_pydict(work.output | passing), vault_rows, work.redactions)

    def _column(
        self, work: _Batch, column: Any, cells: Mapping[str, pa.Array], declared: Mapping[str, Any]
    ) -> None:
        category, array = self.categories.of_landed(column), cells[column.name]
        if category.treatment == "keep":
            work.output[column.name] = self._kept(work, column, array)
        elif category.treatment == "vault_only":
            self._vault_only(work, column.name, array, category)
        elif category.treatment == "pseudonymise":
            keys, masks = self._pseudonymised(work, column.name, array, category)
            work.output[f"{column.name}_key"], work.output[f"{column.name}_masked"] = keys, masks
            if category.is_checked:
                work.output[f"{column.name}_is_valid"] = credit_codes.validity(array)
        else:
            personal = _personal(column, cells, declared, len(array))
            nothing = pa.nulls(len(array), pa.string())
            keys, masks = self._pseudonymised(
                work, column.name, pc.if_else(personal, array, nothing), category
            )
            kept = self._kept(work, column, pc.if_else(personal, nothing, array))
            work.output[column.name] = pc.if_else(personal, masks, kept)
            work.output[f"{column.name}_key"] = keys

    def _pseudonymised(
        self, work: _Batch, name: str, array: pa.Array, category: Category
    ) -> tuple[pa.Array, pa.Array]:
        distinct = _Distinct(array, work.lines)
        keys = self._pseudonyms.keys_of(category.domain, distinct.values)
        work.store(category.domain, keys, distinct.values, name, distinct.lines)
        return distinct.rows(keys), distinct.rows(masking.masks(category.mask, distinct.values))

    def _vault_only(self, work: _Batch, name: str, array: pa.Array, category: Category) -> None:
        distinct = _Distinct(array, work.lines)
        keys = self._pseudonyms.keys_of(category.domain, distinct.values)
        work.store(category.domain, keys, distinct.values, name, distinct.lines)

    def _kept(self, work: _Batch, column: Any, array: pa.Array) -> pa.Array:
        """Scan a kept column by its type and replace what is personal in it."""
        kind = str(column.type)
        if kind == "id":
            found = columns.hits(array, ID_PATTERNS)
            if getattr(column, "may_name_a_person", False):
                found = {**party_names.may_name_persons(array), **found}
            return self._redact(work, column.name, array, found, self._token)
        if kind in ("decimal", "integer"):
            # A bare number is only taken for a person's when it can hardly be an amount.
            long = array.filter(pc.greater_equal(pc.binary_length(array), _SHORTEST_NUMBER))
            found = columns.hits(long.filter(pc.match_substring_regex(long, _NUMBERS)), _NUMBER_PATTERNS)
            return self._redact(work, column.name, array, found, self._blank)
        return self._redact(work, column.name, array, columns.hits(array, PATTERNS), self._blank)

    def _redact(
        self,
        work: _Batch,
        name: str,
        array: pa.Array,
        found: Mapping[str, list[Span]],
        replace: Callable[[str, list[Span]], tuple[str, list[tuple[str, str, str]]]],
    ) -> pa.Array:
        if not found:
            return array
        clear = pa.array(list(found), pa.string())
        position = pc.index_in(array, clear)
        lines = _first_lines(position, work.lines, len(clear)).to_pylist()
        cells = _counts(position, len(clear))
        replaced, tally = [], {}
        for value, line, count in zip(found, lines, cells, strict=True):
            text, stored = replace(value, found[value])
            replaced.append(text)
            for domain, key, secret in stored:
                work.store(domain, _text(key), _text(secret), name, pa.array([line], pa.int64()))
            for pattern in sorted({span.pattern for span in found[value]}):
                first, total = tally.get(pattern, (line, 0))
                tally[pattern] = (min(first, line), total + count)
        work.redactions += [Redaction(name, pattern, line, total) for pattern, (line, total) in tally.items()]
        return pc.coalesce(pa.array(replaced, pa.string()).take(position), array)

    def _blank(self, value: str, spotted: list[Span]) -> tuple[str, list[tuple[str, str, str]]]:
        """Each personal value as [redacted:<pattern>]; the rest of the text stays."""
        text, parts, stored, end = normalise(value), [], [], 0
        for span in spotted:
            parts += [text[end : span.start], f"[redacted:{span.pattern}]"]
            secret, domain = text[span.start : span.end], DOMAINS.get(span.pattern, span.pattern)
            stored.append((domain, self._pseudonyms.key(domain, secret), secret))
            end = span.end
        return "".join([*parts, text[end:]]), stored

    def _token(self, value: str, spotted: list[Span]) -> tuple[str, list[tuple[str, str, str]]]:
        """A whole id that is personal as a token with its pseudonym, so that it still joins."""
        pattern = spotted[0].pattern
        key = self._pseudonyms.key(pattern, value)
        return f"[redacted:{pattern}:{key}]", [(pattern, key, value)]


def clean(array: pa.Array) -> pa.Array:
    """Cells as text without white space around them; an empty one is null."""
    trimmed = pc.utf8_trim_whitespace(array.cast(pa.string()))
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def _text(value: str) -> pa.Array:
    return pa.array([value], pa.string())


def _personal(column: Any, cells: Mapping[str, pa.Array], declared: Mapping[str, Any], size: int) -> pa.Array:
    """Rows whose value names a person, by the condition of the specification; no condition means no person."""
    condition = getattr(column, "personal_when", None)
    other = declared.get(condition.column) if condition is not None else None
    if condition is None or other is None:
        return pa.repeat(pa.scalar(False), size)
    wanted = {str(value).casefold() for value in condition.values}
    maps = {**(other.values or {}), **getattr(other, "tenant_values", {})}
    mapped = {str(key).casefold(): str(value).casefold() for key, value in maps.items()}
    accepted = wanted | {key for key, value in mapped.items() if value in wanted}
    constant = other.constant or getattr(other, "default", None)
    constant = pa.repeat(pa.scalar(constant, pa.string()), size)
    folded = pc.utf8_lower(pc.coalesce(cells.get(condition.column, constant), constant))
    return pc.fill_null(pc.is_in(folded, pa.array(sorted(accepted), pa.string())), False)


def _first_lines(indices: pa.Array, lines: pa.Array, size: int | None = None) -> pa.Array:
    """Smallest line of each index 0..n-1 (all of them occur), in the order of the indices."""
    table = pa.table({"index": indices, "line": lines})
    least = table.group_by("index").aggregate([("line", "min")]).sort_by("index")
    return least.filter(pc.is_valid(least["index"]))["line_min"].combine_chunks()


def _counts(indices: pa.Array, size: int) -> list[int]:
    counted: Collection[dict[str, int]] = pc.value_counts(indices.drop_null()).to_pylist()
    by_index = {item["values"]: item["counts"] for item in counted}
    return [by_index[index] for index in range(size)]
