"""Searches everything a run leaves behind for values that may not be there, in every form they might lie there.

searcher = Searcher(["13812345678", "欧阳晓翟"])
searched = searcher.folder(root, leave_out={root / "landing"})
assert not searched.leaks, searched.told()

Files are read as bytes; what is packed (DuckDB, Parquet, SQLite, gzip, zip) is read by its own reader as well, because
compressed strings would hide from a search of bytes.
"""

import gzip
import html
import json
import re
import sqlite3
import unicodedata
import zipfile
import zlib
from base64 import b64encode
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import duckdb
import markupsafe
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

_ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
# Every form is found by its first eight bytes, looked up for each position of a file.
_HEAD = 8
_TABLE_BITS = 22
_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, order=True)
class Leak:
    """A value found where it may not be: place (file, or file and table), value, form it was found in."""

    place: str
    value: str
    form: str


@dataclass
class Searched:
    """What was searched, by kind of reader, and what was found."""

    leaks: set[Leak] = field(default_factory=set)
    read: Counter[str] = field(default_factory=Counter)

    def told(self) -> str:
        """One line per leak, for the message of a failed test."""
        return "\n".join(f"{leak.place}: {leak.value} as {leak.form}" for leak in sorted(self.leaks))


class Searcher:
    """Looks for a set of values (at least eight bytes in every encoding) in bytes, files and folders."""

    def __init__(self, values: Iterable[str]) -> None:
        self._forms: dict[int, list[tuple[bytes, str, str]]] = {}
        for value in values:
            for form, needle in _forms_of(value):
                if len(needle) < _HEAD:
                    raise ValueError(f"{value!r} is too short to be told from chance as {form}")
                head = int.from_bytes(needle[:_HEAD], "little")
                self._forms.setdefault(head, []).append((needle, value, form))
        heads = np.array(sorted(self._forms), dtype="<u8")
        self._maybe = np.zeros(1 << _TABLE_BITS, dtype=bool)
        self._maybe[_slot(heads)] = True

    def data(self, content: bytes, place: str) -> set[Leak]:
        """Leaks in a piece of bytes."""
        found: set[Leak] = set()
        for shift in range(_HEAD):
            count = (len(content) - shift) // _HEAD
            if count <= 0:
                break
            windows = np.frombuffer(content, "<u8", count, shift)
            for at in np.flatnonzero(self._maybe[_slot(windows)]).tolist():
                for needle, value, form in self._forms.get(int(windows[at]), ()):
                    if content.startswith(needle, shift + at * _HEAD):
                        found.add(Leak(place, value, form))
        return found

    def folder(self, root: Path, leave_out: Collection[Path] = ()) -> Searched:
        """Search all files below a folder, their names, and what is packed inside of them."""
        searched = Searched()
        for path in sorted(root.rglob("*")):
            if any(path.is_relative_to(out) for out in leave_out):
                continue
            place = str(path.relative_to(root))
            searched.leaks |= self.data(place.encode("utf-8", "surrogateescape"), place)
            if path.is_file() and not path.is_symlink():
                self._file(path, place, searched)
        return searched

    def _file(self, path: Path, place: str, searched: Searched) -> None:
        content = path.read_bytes()
        searched.read["file"] += 1
        searched.leaks |= self.data(content, place)
        for kind, part, text in _unpacked(path, content):
            searched.read[kind] += 1
            searched.leaks |= self.data(text, f"{place}: {part}")


def _slot(heads: np.ndarray) -> np.ndarray:
    return (heads * _MIX) >> np.uint64(64 - _TABLE_BITS)


def _spellings(value: str) -> set[str]:
    """As planted, and as a step on the way may have written it: normalised, one case, digits alone."""
    plain = unicodedata.normalize("NFKC", value)
    plain = "".join(sign for sign in plain if unicodedata.category(sign) != "Cf")
    found = {value, plain, plain.upper(), plain.casefold(), plain.replace(" ", "")}
    digits = "".join(sign for sign in plain if sign.isdigit())
    if len(digits) >= 10:
        found.add(digits)
    return found


def _forms_of(value: str) -> Iterator[tuple[str, bytes]]:
    made: dict[bytes, str] = {}
    for text in sorted(_spellings(value)):
        escaped = json.dumps(text)[1:-1]
        forms = {
            "escaped JSON": escaped,
            "escaped JSON in JSON": json.dumps(escaped)[1:-1],
            "escaped JSON, upper case": escaped.upper().replace("\\U", "\\u"),
            "Python literal": repr(text)[1:-1],
            "HTML": html.escape(text),
            "HTML by Jinja": str(markupsafe.escape(text)),
            "HTML text": html.escape(text, quote=False),
        }
        for encoding in _ENCODINGS:
            try:
                encoded = text.encode(encoding)
            except UnicodeEncodeError:
                continue
            made.setdefault(encoded, encoding)
            for offset in range(3):
                for variant, needle in _base64(encoded, offset):
                    made.setdefault(needle, f"base64 of {encoding}, {variant}, alignment {offset}")
            percent = quote(encoded, safe="")
            lower = re.sub("%..", lambda match: match.group().lower(), percent)
            forms |= {
                f"URL of {encoding}": percent,
                f"URL of {encoding}, lower case": lower,
                f"URL of {encoding}, plus": percent.replace("%20", "+"),
            }
        for form, needle in forms.items():
            made.setdefault(needle.encode(), form)
            made.setdefault(needle.encode("utf-16-le"), f"{form} in utf-16-le")
    yield from ((form, needle) for needle, form in made.items())


def _base64(data: bytes, offset: int) -> Iterator[tuple[str, bytes]]:
    """Letters that stand for these bytes alone when they begin `offset` bytes after a group of three."""
    encoded = b64encode(bytes(offset) + data)
    first = -(-offset * 8 // 6)
    last = (offset + len(data)) * 8 // 6
    yield "standard", encoded[first:last]
    yield "URL-safe", encoded[first:last].translate(bytes.maketrans(b"+/", b"-_"))


def _unpacked(path: Path, content: bytes) -> Iterator[tuple[str, str, bytes]]:
    """(kind of reader, part, text) of what a file holds in a packed form."""
    if content[8:12] == b"DUCK":
        yield from _duckdb(path)
    elif content[:4] == b"PAR1":
        yield from _parquet(path)
    elif content.startswith(b"SQLite format 3\0"):
        yield from _sqlite(path)
    elif content[:2] == b"\x1f\x8b":
        yield "gzip", "content", gzip.decompress(content)
    elif content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield "zip", name, archive.read(name)


def _duckdb(path: Path) -> Iterator[tuple[str, str, bytes]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        named = connection.execute(
            "select table_schema, table_name from information_schema.tables"
            " where table_catalog = current_database()"
        ).fetchall()
        for catalogue in ("duckdb_tables()", "duckdb_columns()", "duckdb_views()"):
            yield "sql", catalogue, _texts(connection.sql(f"select columns(*)::varchar from {catalogue}"))
        for schema, table in named:
            relation = f'"{schema}"."{table}"'
            yield "sql", relation, _texts(connection.sql(f"select columns(*)::varchar from {relation}"))


def _texts(relation: duckdb.DuckDBPyRelation) -> bytes:
    return _joined(relation.to_arrow_table())


def _parquet(path: Path) -> Iterator[tuple[str, str, bytes]]:
    file = pq.ParquetFile(path)
    yield "parquet", "metadata", repr((file.metadata.metadata, file.schema_arrow)).encode()
    with duckdb.connect() as connection:
        name = str(path).replace("'", "''")
        yield (
            "parquet",
            "rows",
            _texts(connection.sql(f"select columns(*)::varchar from read_parquet('{name}')")),
        )


def _joined(table: pa.Table) -> bytes:
    columns = (pc.drop_null(column.cast(pa.large_string())).to_pylist() for column in table.columns)
    return "\0".join(text for column in columns for text in column).encode("utf-8", "surrogatepass")


def _sqlite(path: Path) -> Iterator[tuple[str, str, bytes]]:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        for (table,) in connection.execute("select name from sqlite_master where type = 'table'").fetchall():
            parts = []
            for row in connection.execute(f'select * from "{table}"'):
                for cell in row:
                    content = cell if isinstance(cell, bytes) else str(cell).encode("utf-8", "surrogatepass")
                    parts.append(content)
                    parts += _inflated(cell)
            yield "sqlite", table, b"\0".join(parts)
    finally:
        connection.close()


def _inflated(cell: object) -> list[bytes]:
    """The text of a cell packed with zlib, as Dagster keeps its snapshots."""
    if not isinstance(cell, bytes):
        return []
    try:
        return [zlib.decompress(cell)]
    except zlib.error:
        return []
