"""The leak scan: no text column of raw, marts or the files for readers holds a personal value.

One pass per table finds candidates; the few there are go through the detectors. Only counts are kept.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration.auditing.classification import text_patterns
from orchestration.auditing.subject import Subject, is_text, quoted, tables
from orchestration.auditing.verdict import Check
from orchestration.files import write_json
from orchestration.landing.spec import ColumnSpec, known_sources
from orchestration.protection import columns as scanner
from orchestration.protection.detectors import DETECTORS_VERSION, ID_PATTERNS, PATTERNS, sql_predicate

_OWNER = "information protection"
# Enough to tell a series of order numbers from mobiles; a column with more candidates is judged by these.
_SAMPLE = 20_000
# Raw columns of these types passed a grammar that no personal value has.
_BY_GRAMMAR = frozenset({"date", "timestamp", "boolean", "currency", "decimal", "integer"})
_Patterns = dict[str, tuple[str, ...]]


def leak_scan(subject: Subject) -> Iterator[Check]:
    """One check per table of raw, quarantine, marts and files for readers."""
    yield from _raw(subject)
    with subject.connect() as connection:
        found = tables(connection, ("run", "marts"))
        for (schema, table), columns in found.items():
            place = f"{schema}.{table}"
            yield _check(place, place, _scan(connection, place, text_patterns(subject, columns)))
    for export in subject.exports:
        with subject.connect(export) as connection:
            for (schema, table), columns in tables(connection, ("marts",)).items():
                place = f"{schema}.{table}"
                hits = _scan(connection, place, text_patterns(subject, columns))
                yield _check(f"{export.stem}.{place}", place, hits)
    for file in sorted((subject.build / "export" / "marts").glob("*.parquet")):
        yield _parquet(subject, file)


def _parquet(subject: Subject, file: Path) -> Check:
    relation = f"read_parquet('{str(file).replace(chr(39), chr(39) * 2)}')"
    with subject.connect() as connection:
        described = connection.execute(f"describe select * from {relation}").fetchall()
        hits = _scan(connection, relation, text_patterns(subject, {row[0]: row[1] for row in described}))
    return _check(f"parquet.{file.stem}", f"marts.{file.stem}", hits)


def _raw(subject: Subject) -> Iterator[Check]:
    """Raw tables; a batch never changes, so one that was clean under these detectors is not read again."""
    specs = {(s.source, e.entity): e for s in known_sources().values() for e in s.entities.values()}
    memory = _Memory(subject.settings.warehouse / "scans.json")
    with subject.connect() as connection:
        for (schema, table), columns in tables(connection, ("raw",)).items():
            place = f"{schema}.{table}"
            source, _, entity = table.partition("__")
            spec = specs.get((source, entity))
            declared = {column.name: column for column in spec.columns} if spec else {}
            patterns = {
                name: _raw_patterns(declared.get(name))
                for name, kind in columns.items()
                if is_text(kind) and name not in ("_batch_id", "_file") and _raw_patterns(declared.get(name))
            }
            loads = [load for load in subject.loads if (load["source"], load["entity"]) == (source, entity)]
            fresh = [load["batch_id"] for load in loads if not memory.is_clean(load["batch_id"], patterns)]
            hits: dict[str, dict[str, int]] = {}
            if fresh:
                listed = ", ".join(f"'{batch}'" for batch in fresh)
                hits = _scan(connection, f"(select * from {place} where _batch_id in ({listed}))", patterns)
                if not hits:
                    memory.remember(fresh, patterns)
            yield _check(place, place, hits, {"batches": len(loads), "scanned": len(fresh)})
    memory.write()


def _raw_patterns(column: ColumnSpec | None) -> tuple[str, ...]:
    """Patterns for a raw text column; pseudonyms and masks are scanned like any text."""
    if column is None:
        return PATTERNS
    if column.type in _BY_GRAMMAR:
        return ()
    return ID_PATTERNS if column.type == "id" else PATTERNS


def _scan(
    connection: duckdb.DuckDBPyConnection, relation: str, patterns: _Patterns
) -> dict[str, dict[str, int]]:
    """Cells with personal values by column and pattern; nothing for a clean relation."""
    if not patterns:
        return {}
    counted = ", ".join(
        f"count(*) filter (where {_predicate(name, wanted)})" for name, wanted in patterns.items()
    )
    counts = connection.execute(f"select {counted} from {relation}").fetchall()[0]
    found = {}
    for (name, wanted), count in zip(patterns.items(), counts, strict=True):
        if count:
            hits = _hits(connection, relation, name, wanted)
            if hits:
                found[name] = hits
    return found


def _hits(
    connection: duckdb.DuckDBPyConnection, relation: str, name: str, patterns: tuple[str, ...]
) -> dict[str, int]:
    """Distinct personal values of one column by pattern, told from series by a sample of the numbers beside them."""
    text = f"{quoted(name)}::varchar"
    candidates = connection.sql(
        f"select distinct {text} from {relation} where {_predicate(name, patterns)} limit {_SAMPLE}"
    ).to_arrow_table()
    alike = connection.sql(
        f"select distinct {text} from {relation}"
        f" where regexp_replace({text}, '[0-9]', '9', 'g') in (select regexp_replace({text}, '[0-9]', '9', 'g')"
        f" from {relation} where {_predicate(name, patterns)}) limit {10 * _SAMPLE}"
    ).to_arrow_table()
    values = pa.chunked_array([*candidates.column(0).chunks, *alike.column(0).chunks], pa.string())
    counts: dict[str, int] = {}
    for spans in scanner.hits(values.combine_chunks(), patterns).values():
        for pattern in {span.pattern for span in spans}:
            counts[pattern] = counts.get(pattern, 0) + 1
    return dict(sorted(counts.items()))


def _predicate(name: str, patterns: tuple[str, ...]) -> str:
    return sql_predicate(name, patterns)


def _check(
    name: str, place: str, hits: dict[str, dict[str, int]], more: dict[str, int] | None = None
) -> Check:
    listed = "; ".join(
        f"{column}: " + ", ".join(f"{count} {pattern}" for pattern, count in found.items())
        for column, found in hits.items()
    )
    values = sum(count for found in hits.values() for count in found.values())
    return Check(
        id=f"leak_scan.{name}",
        kind="leak_scan",
        object=place,
        severity="critical",
        owner=_OWNER,
        passed=not hits,
        observed={"columns": len(hits), "values": values, **(more or {})},
        description=f"{place} holds personal values ({listed})" if hits else f"no personal value in {place}",
        way_out="give the landed column a category that is pseudonymised or kept in the vault, and land the file again"
        if hits
        else "",
    )


class _Memory:
    """Sidecar of the warehouse: batches found clean, by what was looked for. Losing it costs a scan, nothing else."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._clean: dict[str, list[str]] = json.loads(path.read_text(encoding="utf-8"))["clean"]
        except (OSError, ValueError, KeyError, TypeError):
            self._clean = {}
        self._changed = False

    def is_clean(self, batch: str, patterns: _Patterns) -> bool:
        return batch in self._clean.get(_looked_for(patterns), [])

    def remember(self, batches: list[str], patterns: _Patterns) -> None:
        known = self._clean.setdefault(_looked_for(patterns), [])
        known += [batch for batch in batches if batch not in known]
        self._changed = True

    def write(self) -> None:
        if self._changed:
            write_json(self._path, {"clean": self._clean})


def _looked_for(patterns: _Patterns) -> str:
    listed = ";".join(f"{name}:{','.join(wanted)}" for name, wanted in sorted(patterns.items()))
    return f"{DETECTORS_VERSION} {listed}"
