"""Loads one file as one entity: read, protect, check in DuckDB, write raw and quarantine Parquet."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration.errors import CrwError
from orchestration.landing.checks import build_checks
from orchestration.landing.control import ControlTotals
from orchestration.landing.headers import Resolution, named, resolve, undeclared_names
from orchestration.landing.ledger import ControlSum, Redaction
from orchestration.landing.limits import Limits
from orchestration.landing.naming import shown
from orchestration.landing.readers import Reader, Refused, open_reader
from orchestration.landing.readers.base import LINE, BadRow
from orchestration.landing.rows import RowStore
from orchestration.landing.spec import EntitySpec
from orchestration.privacy.door import Suppressor
from orchestration.privacy.suppression import batch_name
from orchestration.protection.protector import Protector
from orchestration.protection.vault import VaultWriter
from orchestration.settings import Settings


@dataclass
class Loaded:
    """What one file gave; `raw`, `quarantine` and `vault` are files in the work folder or None."""

    batch_id: str = ""
    vault_name: str = ""
    rows_in_file: int = 0
    rows_loaded: int = 0
    rows_quarantined: int = 0
    rows_filtered: int = 0
    rows_suppressed: int = 0
    stayed: str = ""
    undeclared: list[str] = field(default_factory=list)
    redactions: list[Redaction] = field(default_factory=list)
    control_sums: list[ControlSum] = field(default_factory=list)
    is_open_ended: bool = False
    first_date: str | None = None
    last_date: str | None = None
    raw: Path | None = None
    quarantine: Path | None = None
    vault: Path | None = None


class FileLoader:
    """Loads files of one landing; `work` is a private folder for temporary files.

    `suppressor` keeps erased persons out; the id of a batch it struck follows from the rows that stayed.
    """

    def __init__(
        self,
        work: Path,
        limits: Limits,
        protector: Protector,
        settings: Settings,
        suppressor: Suppressor | None = None,
    ) -> None:
        self.work, self.limits, self.protector, self.settings = work, limits, protector, settings
        self.suppressor = suppressor

    def load(
        self, path: Path, spec: EntitySpec, batch_id: str, control: ControlTotals | None = None
    ) -> Loaded:
        """Load a file into the work folder, equal to its control totals. Raises Refused, CrwError of the engine."""
        reader = open_reader(path, spec)
        try:
            return self._load(reader, spec, batch_id, control)
        except duckdb.Error as error:
            # DuckDB's text may hold a row; the type is enough to tell a full disk from a fault of ours.
            raise CrwError(
                f"{path.name} could not be loaded: the engine stopped ({type(error).__name__}).",
                "free disk space, or raise CRW_MEMORY_LIMIT, and run again; nothing of this delivery was landed.",
            ) from None

    def _load(self, reader: Reader, spec: EntitySpec, batch_id: str, control: ControlTotals | None) -> Loaded:
        # Whom it strikes is known at its end only: the vault's name follows from the list.
        struck = self.suppressor.fingerprint if self.suppressor else ""
        result = Loaded(vault_name=batch_name(batch_id, struck))
        vault_path = self.work / "vault.parquet"
        with (
            self.protector.vault_writer(vault_path, f"{result.vault_name}.parquet") as vault,
            contextlib.closing(self._connect()) as connection,
        ):
            flow = _Flow(reader, spec, self.protector, vault, self.suppressor, control is not None)
            checked = build_checks(
                spec,
                self.protector.categories,
                flow.canonical,
                self.settings.timezone,
                int(self.limits.get("max_text_length", spec.source)),
            )
            store = RowStore(connection, self.work, spec, checked, batch_id)
            self._stream(connection, flow, store)
            self._complete(flow, spec)
            self._count(result, flow, store)
            if control is not None:
                amounts = {flow.headers[name]: name for name in store.amounts if name in flow.headers}
                control.check(reader.rows, store.sums_in_file(flow.withheld), amounts)
            result.stayed = store.digest() if flow.is_struck else ""
            result.batch_id = store.batch_id = batch_name(batch_id, result.stayed)
            result.raw = store.write_raw()
            result.quarantine = store.write_quarantine([*reader.bad, *flow.suppressed], flow.headers)
            result.rows_suppressed = len(flow.suppressed)
            result.control_sums = [
                ControlSum(column=column, currency=currency, sum=total, rows=rows)
                for column, currency, total, rows in store.control_sums()
            ]
            result.first_date, result.last_date = store.date_range()
            result.is_open_ended = reader.is_open_ended
            result.undeclared = flow.undeclared
            result.redactions = flow.redactions
        result.vault = vault_path if vault_path.exists() else None
        return result

    def _connect(self) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect(
            config={
                # the other half is for the reader's and the protector's Arrow buffers
                "memory_limit": self.settings.half_memory,
                "threads": self.settings.threads,
                "temp_directory": str(self.work / "spill"),
                "autoinstall_known_extensions": False,
                "preserve_insertion_order": True,
            }
        )
        connection.execute("set TimeZone = 'UTC'")
        return connection

    @staticmethod
    def _stream(connection: duckdb.DuckDBPyConnection, flow: "_Flow", store: RowStore) -> None:
        batches = flow.batches()
        first = next(batches, None)
        if first is None:
            store.nothing()
            return
        reader = pa.RecordBatchReader.from_batches(first.schema, _chained(first, batches))
        try:
            store.take(reader)
        except (duckdb.Error, pa.ArrowException):
            if flow.failure is not None:
                raise flow.failure from None
            raise
        if flow.failure is not None:
            raise flow.failure

    @staticmethod
    def _complete(flow: "_Flow", spec: EntitySpec) -> None:
        if flow.reader.rows == 0 and spec.empty == "refused":
            raise Refused(
                "header_only",
                "the file has a header and no row",
                way_out="export it again; leave it out if there is no data, or set `empty: allowed`.",
            )
        # Of objects that cannot be read no key is met: they are bad rows, and no column is missing.
        resolve(flow.reader.header, spec, complete=flow.reader.rows > len(flow.reader.bad))

    def _count(self, result: Loaded, flow: "_Flow", store: RowStore) -> None:
        reader, spec = flow.reader, flow.spec
        good, bad, filtered = store.counts()
        result.rows_in_file = reader.rows
        result.rows_loaded, result.rows_filtered = good, filtered
        unread = bad + len(reader.bad)
        result.rows_quarantined = unread + len(flow.suppressed)
        if reader.rows != good + result.rows_quarantined + filtered:
            raise RuntimeError(f"rows lost or doubled while {spec.source}.{spec.entity} was loaded")
        # What an erasure keeps out says nothing about the quality of the file.
        if self.limits.too_many_bad(spec.source, unread, reader.rows):
            line, column, rule, reason = store.first_bad(reader.bad, flow.headers)
            raise Refused(
                "too_many_bad_rows",
                f"{unread} of {reader.rows} rows do not load; the first: {reason}, expected {rule}",
                line=line,
                column=column,
                way_out="correct the export or its declared formats; the limit is in seeds/rules/landing_limits.csv.",
            )


class _Flow:
    """The stream of protected batches of one file; keeps what must be told at the end."""

    def __init__(
        self,
        reader: Reader,
        spec: EntitySpec,
        protector: Protector,
        vault: VaultWriter,
        suppressor: Suppressor | None,
        controlled: bool,
    ) -> None:
        self.reader, self.spec, self.protector, self.vault = reader, spec, protector, vault
        self.suppressor, self._controlled = suppressor, controlled
        self.suppressed: list[BadRow] = []
        # What the exporter summed is the whole file: rows that stay out are kept until the totals are compared.
        self.withheld: list[pa.RecordBatch] = []
        self.is_struck = False
        self.failure: BaseException | None = None
        self._growing = spec.format == "jsonl"
        self._undeclared: dict[str, None] = {}
        self._redactions: dict[tuple[str, str], tuple[int, int]] = {}
        self.resolution: Resolution = resolve(reader.header, spec, complete=not self._growing)
        self._feeds = dict(self.resolution.feeds)

    @property
    def canonical(self) -> frozenset[str]:
        """Columns whose cells are typed in the file."""
        return frozenset(
            name for name, header in self.resolution.feeds.items() if header in self.reader.canonical
        )

    @property
    def headers(self) -> dict[str, str]:
        """Column -> header of this file, for messages."""
        return self._feeds

    @property
    def undeclared(self) -> list[str]:
        """Headers no column wants, as the ledger may name them, sorted."""
        places = {name: place for place, name in enumerate(self.reader.header, start=1)}
        is_key = self.spec.format == "jsonl"
        return sorted(shown(name, places[name], is_key=is_key) for name in self._undeclared)

    @property
    def redactions(self) -> list[Redaction]:
        """Personal values found in kept columns, over all batches."""
        return [
            Redaction(column=column, pattern=pattern, line=line, count=count)
            for (column, pattern), (line, count) in sorted(self._redactions.items())
        ]

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield protected batches; an error is kept in `failure`, since engines turn it into text."""
        try:
            for batch in self.reader.batches():
                if batch.num_rows:
                    yield self._protected(batch)
        except Exception as error:
            self.failure = error
            raise

    def _protected(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        if self._growing:
            present = [name for name in batch.schema.names if name != LINE]
            self.resolution = resolve(present, self.spec, complete=False)
            self._feeds.update(self.resolution.feeds)
        self._undeclared.update(dict.fromkeys(self.resolution.undeclared))
        renamed = named(batch, self.spec, self.resolution)
        undeclared = undeclared_names(self.spec, self.resolution)
        protected = self.protector.protect(renamed, self.spec, undeclared)
        passed = self.suppressor and self.suppressor.apply(renamed, protected.batch, self.spec)
        if passed:
            self.suppressed += passed.suppressed
            if self._controlled and passed.suppressed:
                self.withheld.append(passed.withheld)
            self.is_struck = True
            protected = self.protector.protect(passed.batch, self.spec, undeclared)
        self.vault.write(protected.vault_rows)
        for hit in protected.redactions:
            line, count = self._redactions.get((hit.column, hit.pattern), (hit.line, 0))
            self._redactions[(hit.column, hit.pattern)] = (min(line, hit.line), count + hit.count)
        return protected.batch


def _chained(first: pa.RecordBatch, rest: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield first
    for batch in rest:
        yield batch.select(first.schema.names)
