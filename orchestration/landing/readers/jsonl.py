"""JSON lines: one object per line, an absent key is an empty cell, numbers keep the digits they are written with."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import translate
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from orchestration.landing.naming import shown
from orchestration.landing.readers.base import (
    BATCH_ROWS,
    MOST_COLUMNS,
    PLAIN,
    BadRow,
    Refused,
    collector_paused,
    note,
    text_batch,
    too_many_columns,
    typed_styles,
)
from orchestration.landing.readers.text import check_text, codec
from orchestration.landing.spec import EntitySpec


class _Number(str):
    """A number as written in the file."""

    __slots__ = ()


class _DuplicateKey(ValueError):
    pass


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise _DuplicateKey
    return result


def _no_constant(name: str) -> Any:
    raise ValueError(name)


@dataclass(frozen=True)
class _Step:
    """One step into a nested value: a key, and of a list of objects the first whose `field` is `value`."""

    key: str
    field: str | None = None
    value: str | None = None

    @classmethod
    def of(cls, text: str) -> "_Step":
        match = re.fullmatch(r"([^\[]+)\[([^=]+)=(.+)\]", text)
        return cls(*match.groups()) if match else cls(text)

    def into(self, cell: Any) -> Any:
        inner = cell.get(self.key) if isinstance(cell, dict) else None
        if self.field is None:
            return inner
        listed = inner if isinstance(inner, list) else []
        found = (part for part in listed if isinstance(part, dict) and part.get(self.field) == self.value)
        return next(found, None)


class JsonLinesReader:
    """Reads one file of JSON lines.

    A declared header `Owner.id` reaches into a nested object, `related[kind=Account].id` into a list of objects.
    """

    canonical: frozenset[str] = frozenset()

    def __init__(self, path: Path, spec: EntitySpec) -> None:
        self.is_open_ended = check_text(path, spec.encoding)
        self.path, self.encoding = path, codec(spec.encoding)
        self._declared = {header for column in spec.columns for header in column.headers}
        self._paths = {
            header: [_Step.of(part) for part in header.split(".")]
            for header in [*self._declared, *spec.ignore]
            if "." in header
        }
        self._roots = {steps[0].key for steps in self._paths.values()}
        self._ones = {h for column in spec.columns if column.unwrap == "one" for h in column.headers}
        self._ignored = re.compile("|".join(map(translate, spec.ignore_patterns)) or r"(?!)")
        self._ignore = frozenset(spec.ignore)
        self._keeps_nested = spec.undeclared == "vault"
        self._left_out: dict[str, bool] = {}
        self._styles = typed_styles(spec)
        self._met: dict[str, None] = {}
        self.rows = 0
        self.bad: list[BadRow] = []

    @property
    def header(self) -> list[str]:
        """Keys met so far, in order."""
        return list(self._met)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the objects; see Reader."""
        decode = json.JSONDecoder(
            object_pairs_hook=_unique_keys,
            parse_float=_Number,
            parse_int=_Number,
            parse_constant=_no_constant,
        ).decode
        with open(self.path, encoding=self.encoding, newline="\n") as file:
            numbered = enumerate(file, start=1)
            while chunk := list(islice(numbered, BATCH_ROWS)):
                with collector_paused():
                    batch = self._batch(decode, chunk)
                yield batch

    def _batch(self, decode: Any, chunk: list[tuple[int, str]]) -> pa.RecordBatch:
        objects, lines = [], []
        for line, text in chunk:
            if not text.strip():
                continue
            self.rows += 1
            flat = self._flat(self._parsed(decode, text, line), line)
            if flat is not None:
                objects.append(flat)
                lines.append(line)
        header = self.header
        return text_batch(header, [[row.get(key) for row in objects] for key in header], lines)

    @staticmethod
    def _parsed(decode: Any, text: str, line: int) -> dict[str, Any]:
        try:
            value = decode(text.strip())
        except _DuplicateKey:
            raise Refused(
                "unreadable", "an object has the same key twice", line=line, way_out="export the file again."
            ) from None
        except (ValueError, RecursionError):
            raise Refused(
                "unreadable", "the line is not a JSON object", line=line, way_out="export the file again."
            ) from None
        if not isinstance(value, dict):
            raise Refused(
                "unreadable", "the line is not a JSON object", line=line, way_out="write one object per line."
            )
        return value

    def _flat(self, value: dict[str, Any], line: int) -> dict[str, str | None] | None:
        flat: dict[str, str | None] = {}
        for header, steps in self._paths.items():
            inner: Any = value
            for step in steps:
                inner = step.into(inner)
            if inner is not None and not isinstance(inner, (dict, list)) and header not in value:
                flat[header] = self._text(inner, header)
        for key, cell in value.items():
            if self._is_left_out(key) or (
                key in self._roots and (cell is None or isinstance(cell, (dict, list)))
            ):
                continue
            if isinstance(cell, list) and key in self._ones:
                if len(cell) > 1:
                    note(
                        self.bad, BadRow(line, self._shown(key, value), "a list of one value", "nested_value")
                    )
                    return None
                cell = cell[0] if cell else None
            if isinstance(cell, (dict, list)):
                if key in self._declared or not self._keeps_nested:
                    rule = "a plain value, not an object or list"
                    note(self.bad, BadRow(line, self._shown(key, value), rule, "nested_value"))
                    return None
                cell = json.dumps(cell, ensure_ascii=False)
            flat[key] = self._text(cell, key)
        self._met.update(dict.fromkeys(flat))
        if len(self._met) > MOST_COLUMNS:
            raise too_many_columns(line)
        return flat

    def _shown(self, key: str, value: dict[str, Any]) -> str:
        """Name of a key in a message; one that nobody declared may be a personal value."""
        return key if key in self._declared else shown(key, list(value).index(key) + 1, is_key=True)

    def _is_left_out(self, key: str) -> bool:
        """Whether nothing of a key is taken: ignored by name or pattern, and not declared."""
        if key not in self._left_out:
            ignored = key in self._ignore or bool(self._ignored.match(key))
            self._left_out[key] = ignored and key not in self._declared and key not in self._roots
        return self._left_out[key]

    def _text(self, cell: Any, key: str) -> str | None:
        if cell is None:
            return None
        if isinstance(cell, bool):
            return "true" if cell else "false"
        if isinstance(cell, _Number):
            return cell.replace(".", self._styles.get(key, PLAIN).mark)
        return str(cell)
