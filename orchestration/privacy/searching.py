"""Searches every file of a warehouse for what leads to a person: by cells where there are any, by bytes everywhere."""

import base64
import json
import re
import urllib.parse
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.building.sql import identifier
from orchestration.errors import CrwError
from orchestration.files import json_texts
from orchestration.protection.access_log import LOG
from orchestration.protection.keys import Keys
from orchestration.protection.vault import read_vault

PLACES = (
    "ledger",
    "raw",
    "quarantine",
    "vault",
    "history",
    "builds",
    "versions",
    "runs",
    "errors",
    "holds",
    "alerts",
    "access",
    "privacy",
)
# Shorter texts stand in bytes and longer numbers by chance: they are looked for as whole cells only.
_SHORTEST = 8
_ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
IsWanted = Callable[[str], bool]


@dataclass(frozen=True)
class Needles:
    """What is searched: whole cells (pseudonyms, ids, keys), and clear values in whatever encoding."""

    cells: frozenset[str]
    texts: frozenset[str] = frozenset()

    def encoded(self) -> list[bytes]:
        """Every form in which a needle may stand in bytes."""
        forms: set[bytes] = {cell.encode() for cell in self.cells if len(cell) >= _SHORTEST}
        for text in self.texts:
            if len(text) < _SHORTEST and text.isascii():
                continue
            forms |= {text.encode(encoding) for encoding in _ENCODINGS}
            forms.add(json.dumps(text).strip('"').encode())
            forms.add(urllib.parse.quote(text).encode())
            # The three ways a text can lie in base64, without the letters that its neighbours decide.
            for shift in range(3):
                coded = base64.b64encode(b"\0" * shift + text.encode())
                forms.add(coded[[0, 2, 3][shift] : len(coded) - 4])
        return sorted(form for form in forms if len(form) >= 4)


@dataclass
class Findings:
    """Hits by place and file (relative to the warehouse), and how many files were searched in each place.

    `logged`: lines of the access log that were about a pseudonym. They are no hits: the chain has to stay whole.
    """

    searched: Counter[str] = field(default_factory=Counter)
    found: dict[str, dict[str, int]] = field(default_factory=dict)
    logged: int = 0

    def add(self, place: str, file: str, hits: int) -> None:
        """Count a file; keep it when it has hits."""
        self.searched[place] += 1
        if hits:
            self.found.setdefault(place, {})[file] = hits

    def within(self, *places: str) -> int:
        """Hits in some places; in all without any named."""
        return sum(
            sum(files.values()) for place, files in self.found.items() if not places or place in places
        )

    def document(self) -> list[dict[str, object]]:
        """One entry per place, for a certificate."""
        names = [*PLACES, *sorted(set(self.searched) - set(PLACES))]
        return [
            {
                "place": name,
                "files_searched": self.searched[name],
                "files_with_hits": len(self.found.get(name, {})),
                "hits": sum(self.found.get(name, {}).values()),
            }
            for name in names
        ]


def search(warehouse: Path, needles: Needles, keys: Keys) -> Findings:
    """Search every file below the warehouse; the vault is opened, DuckDB files are read by SQL and as bytes.

    Raises CrwError for a vault file that does not open: what cannot be searched is not said to be clean.
    """
    wanted = re.compile(b"|".join(map(re.escape, needles.encoded()))) if needles.encoded() else None
    pattern = _pattern(needles.texts)

    def is_wanted(text: str) -> bool:
        return text in needles.cells or bool(pattern and pattern.search(text.casefold()))

    return _search(warehouse, wanted, is_wanted, keys)


def search_cells(warehouse: Path, is_wanted: IsWanted, keys: Keys) -> Findings:
    """Search cells only, by a test of each distinct text: how keyed marks are looked for."""
    return _search(warehouse, None, is_wanted, keys)


def _search(warehouse: Path, wanted: re.Pattern[bytes] | None, is_wanted: IsWanted, keys: Keys) -> Findings:
    found = Findings()
    for path in _files(warehouse):
        name = path.relative_to(warehouse)
        if name == LOG:
            lines, content = _without_subjects(path.read_bytes(), is_wanted)
            found.logged += lines
            hits = _in_bytes(content, wanted) + _in_lines(content, is_wanted)
        else:
            hits = _in_bytes(path.read_bytes(), wanted) + _cells(path, warehouse, is_wanted, keys)
        found.add(place_of(path, warehouse), name.as_posix(), hits)
    return found


def place_of(path: Path, warehouse: Path) -> str:
    """The place a file belongs to: its folder below the warehouse, or the file itself."""
    return path.relative_to(warehouse).parts[0]


def _files(warehouse: Path) -> Iterator[Path]:
    for path in sorted(warehouse.rglob("*")):
        # `current` is a link to a version, which is searched where it lies.
        if path.is_file() and not path.is_symlink() and path.relative_to(warehouse).parts[0] != "current":
            yield path


def _in_bytes(content: bytes, wanted: re.Pattern[bytes] | None) -> int:
    return 0 if wanted is None else len(wanted.findall(content))


def _in_lines(content: bytes, is_wanted: IsWanted) -> int:
    return sum(is_wanted(text) for line in content.splitlines() for text in _strings(line))


def _without_subjects(log: bytes, is_wanted: IsWanted) -> tuple[int, bytes]:
    """Lines of the access log about a wanted pseudonym, and the log without the pseudonyms."""
    lines, rest = 0, []
    for text in log.splitlines():
        try:
            line = json.loads(text)
            lines += is_wanted(line.pop("subject"))
            rest.append(json.dumps(line, ensure_ascii=False).encode())
        except (ValueError, KeyError, TypeError, AttributeError):
            rest.append(text)  # torn or changed: searched as it stands
    return lines, b"\n".join(rest)


def _cells(path: Path, warehouse: Path, is_wanted: IsWanted, keys: Keys) -> int:
    if path.suffix == ".parquet":
        table = read_vault(path, keys) if place_of(path, warehouse) == "vault" else _parquet(path)
        return sum(_struck(table[name], is_wanted) for name in table.column_names)
    if path.suffix == ".duckdb":
        return _database(path, is_wanted)
    if path.suffix == ".json":
        return sum(map(is_wanted, _strings(path.read_bytes())))
    if path.suffix == ".jsonl":
        return _in_lines(path.read_bytes(), is_wanted)
    return 0


def _parquet(path: Path) -> pa.Table:
    try:
        return pq.ParquetFile(path).read()
    except (pa.ArrowException, OSError):
        raise _unreadable(path) from None


def _unreadable(path: Path) -> CrwError:
    return CrwError(
        f"{path.name} in {path.parent.name} cannot be read, so it cannot be searched.",
        "run `crw nightly` (it removes what a killed run left) or remove the file, then search again.",
    )


def _struck(column: pa.ChunkedArray, is_wanted: IsWanted) -> int:
    if not pa.types.is_string(column.type) and not pa.types.is_large_string(column.type):
        return 0
    counted = pc.value_counts(column.drop_null())
    return sum(item["counts"] for item in counted.to_pylist() if is_wanted(item["values"]))


def _database(path: Path, is_wanted: IsWanted) -> int:
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            return _tables(connection, is_wanted)
    except duckdb.Error:
        raise _unreadable(path) from None


def _tables(connection: duckdb.DuckDBPyConnection, is_wanted: IsWanted) -> int:
    hits = 0
    columns = connection.execute(
        "select schema_name, table_name, column_name from duckdb_columns()"
        " where database_name = current_database() and not internal and data_type like '%VARCHAR%'"
    ).fetchall()
    views = set(connection.execute("select schema_name, view_name from duckdb_views()").fetchall())
    for schema, table, column in columns:
        if (schema, table) in views:
            continue  # a view holds nothing of its own
        name = identifier(column)
        counted = connection.execute(
            f"select {name}::varchar, count(*) from {identifier(schema)}.{identifier(table)}"
            f" where {name} is not null group by 1"
        )
        while rows := counted.fetchmany(10_000):
            hits += sum(count for text, count in rows if is_wanted(text))
    return hits


def _strings(document: bytes) -> Iterator[str]:
    """Every key and text of a JSON document; none of what is not one."""
    try:
        yield from json_texts(json.loads(document))
    except ValueError:
        return


def _pattern(texts: frozenset[str]) -> re.Pattern[str] | None:
    usable = [
        re.escape(text.casefold()) for text in sorted(texts) if len(text) >= _SHORTEST or not text.isascii()
    ]
    return re.compile("|".join(usable)) if usable else None
