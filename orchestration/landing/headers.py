"""Which header feeds which column: compared by name, in any order, never by position."""

import unicodedata
from collections import Counter
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.landing.naming import shown
from orchestration.landing.readers.base import LINE, MOST_COLUMNS, Refused, too_many_columns
from orchestration.landing.spec import ColumnSpec, EntitySpec


@dataclass(frozen=True)
class Resolution:
    """`feeds`: column -> header of this file; `undeclared`: headers no column wants, bound for the vault."""

    feeds: dict[str, str]
    undeclared: list[str]


def resolve(header: list[str], spec: EntitySpec, *, complete: bool = True) -> Resolution:
    """Match a header with a specification. Raises Refused.

    `complete` False: the header may still grow (JSON lines), so a missing required column is no refusal yet.
    """
    if len(header) > MOST_COLUMNS:
        raise too_many_columns(1)
    names = [unicodedata.normalize("NFC", name.strip()) for name in header]
    original = dict(zip(names, header, strict=True))
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        positions = [str(i) for i, name in enumerate(names, start=1) if name == twice[0]]
        raise Refused(
            "duplicate_header",
            f"fields {' and '.join(positions)} of the header have the same name",
            line=1,
            way_out="rename or remove one of them.",
        )
    feeds = {column.name: original[found] for column in spec.columns if (found := _found(column, original))}
    missing = [
        column for column in spec.columns if column.required and column.headers and column.name not in feeds
    ]
    if missing and complete:
        # Only our own names are told: a first line that is no header may be a row of data.
        wanted = "; ".join(" or ".join(column.headers) for column in missing[:5])
        raise Refused(
            "header_mismatch",
            f"{len(missing)} required of {len(names)} found header fields missing: {wanted}",
            line=1,
            column=missing[0].headers[0],
            way_out="export with these columns; nothing may stand above the header. A renamed column goes under "
            "`rename` (known systems) or `columns` of mapping.yml.",
        )
    accepted = {name for column in spec.columns for name in column.headers} | set(spec.ignore)
    undeclared = [original[name] for name in names if name not in accepted]
    if undeclared and spec.undeclared == "refuse":
        raise Refused(
            "undeclared_column",
            f"{len(undeclared)} columns are not declared",
            line=1,
            column=shown(undeclared[0], header.index(undeclared[0]) + 1, is_key=spec.format == "jsonl"),
            way_out="map them under `columns`, or list them under `ignore` of mapping.yml.",
        )
    return Resolution(feeds, [name for name in undeclared if name])


def _found(column: ColumnSpec, original: dict[str, str]) -> str | None:
    return next((name for name in column.headers if name in original), None)


def named(batch: pa.RecordBatch, spec: EntitySpec, resolution: Resolution) -> pa.RecordBatch:
    """Rename a reader's batch to the specification's columns, in NFC; constants filled in, absent columns null.

    Columns without a header in this file and without a constant are null arrays, so that all batches look alike.
    """
    size = batch.num_rows
    arrays: dict[str, pa.Array] = {}
    for column in spec.columns:
        header = resolution.feeds.get(column.name)
        if header is not None:
            arrays[column.name] = _nfc(batch.column(header))
        elif column.constant is not None:
            arrays[column.name] = pa.repeat(pa.scalar(column.constant, pa.string()), size)
        else:
            arrays[column.name] = pa.nulls(size, pa.string())
    for header in resolution.undeclared:
        name = header if header not in arrays else f"{header} (undeclared)"
        arrays[name] = _nfc(batch.column(header))
    return pa.RecordBatch.from_pydict({**arrays, LINE: batch.column(LINE)})


def undeclared_names(spec: EntitySpec, resolution: Resolution) -> list[str]:
    """Names under which `named` passes the undeclared columns."""
    declared = set(spec.column_names)
    return [f"{name} (undeclared)" if name in declared else name for name in resolution.undeclared]


def _nfc(array: pa.Array) -> pa.Array:
    # Text of ASCII only has one form; asking is far cheaper than rewriting.
    if pc.all(pc.string_is_ascii(array)).as_py() is not False:
        return array
    return pc.utf8_normalize(array, "NFC")
