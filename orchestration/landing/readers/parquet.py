"""Parquet: typed columns become canonical text; only flat types."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.landing.readers.base import BATCH_ROWS, LINE, BadRow, Refused
from orchestration.landing.spec import EntitySpec

_FLOAT_DECIMALS = 9
# What Arrow raises of a damaged file: its own errors, and Python's for names and texts that are no UTF-8.
_DAMAGED = (pa.ArrowException, UnicodeDecodeError)


class ParquetReader:
    """Reads one Parquet file; the line is the row's number, from 1."""

    is_open_ended = False

    def __init__(self, path: Path, spec: EntitySpec) -> None:
        self.rows = 0
        self.bad: list[BadRow] = []
        try:
            self._file = pq.ParquetFile(path)
            schema = self._file.schema_arrow
            self.header = list(schema.names)
        except (*_DAMAGED, OSError):
            raise Refused(
                "unreadable", "the file is not a whole Parquet file", way_out="export it again."
            ) from None
        for field in schema:
            if not _flat(field.type):
                raise Refused(
                    "unsupported_type",
                    "the column is nested or binary",
                    column=field.name,
                    way_out="export it as text, number, date, timestamp or boolean.",
                )
        self.canonical = frozenset(field.name for field in schema if not _is_text(field.type))
        self._ignored = set(spec.ignore)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield all columns but the ignored ones; see Reader."""
        wanted = [name for name in self.header if name not in self._ignored]
        try:
            for batch in self._file.iter_batches(BATCH_ROWS, columns=wanted):
                lines = pa.array(range(self.rows + 1, self.rows + 1 + batch.num_rows), pa.int64())
                self.rows += batch.num_rows
                batch.validate(full=True)
                texts = [_canonical(column) for column in batch.columns]
                yield pa.RecordBatch.from_arrays([*texts, lines], names=[*batch.schema.names, LINE])
        except (*_DAMAGED, OSError):
            raise Refused(
                "unreadable", "the Parquet file breaks off or is damaged", way_out="export it again."
            ) from None


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)


def _flat(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _flat(kind.value_type)
    checks = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_date,
              pa.types.is_timestamp, pa.types.is_boolean, pa.types.is_null)  # fmt: skip
    return _is_text(kind) or any(check(kind) for check in checks)


def _canonical(column: pa.Array) -> pa.Array:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
        kind = column.type
    if pa.types.is_timestamp(kind):
        moment = column.cast(pa.timestamp("s", kind.tz), safe=False)
        if kind.tz is None:
            return moment.cast(pa.string())
        return pc.binary_join_element_wise(moment.cast(pa.timestamp("s")).cast(pa.string()), "+00", "")
    if pa.types.is_date64(kind):
        return column.cast(pa.date32()).cast(pa.string())
    if pa.types.is_floating(kind):
        return pc.round(column, _FLOAT_DECIMALS).cast(pa.string())
    return column.cast(pa.string())
