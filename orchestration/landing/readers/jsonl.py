"""JSON lines: one object per line, an absent key is an empty cell, numbers keep the digits they are written with."""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from orchestration.landing.readers.base import (
    BATCH_ROWS,
    PLAIN,
    BadRow,
    Refused,
    collector_paused,
    note,
    text_batch,
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


class JsonLinesReader:
    """Reads one file of JSON lines; a declared header `Owner.id` reaches into a nested object."""

    canonical: frozenset[str] = frozenset()

    def __init__(self, path: Path, spec: EntitySpec) -> None:
        check_text(path, spec.encoding)
        self.path, self.encoding = path, codec(spec.encoding)
        headers = [header for column in spec.columns for header in column.headers] + spec.ignore
        self._paths = [header.split(".") for header in headers if "." in header]
        self._roots = {path[0] for path in self._paths}
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
        for path in self._paths:
            inner: Any = value
            for part in path:
                inner = inner.get(part) if isinstance(inner, dict) else None
            key = ".".join(path)
            if inner is not None and not isinstance(inner, (dict, list)) and key not in value:
                flat[key] = self._text(inner, key)
        for key, cell in value.items():
            if key in self._roots and (cell is None or isinstance(cell, dict)):
                continue
            if isinstance(cell, (dict, list)):
                note(self.bad, BadRow(line, key, "a plain value, not an object or list", "nested_value"))
                return None
            flat[key] = self._text(cell, key)
        self._met.update(dict.fromkeys(flat))
        return flat

    def _text(self, cell: Any, key: str) -> str | None:
        if cell is None:
            return None
        if isinstance(cell, bool):
            return "true" if cell else "false"
        if isinstance(cell, _Number):
            return cell.replace(".", self._styles.get(key, PLAIN).mark)
        return str(cell)
