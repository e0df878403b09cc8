"""What all readers share: batches of text with line numbers, rows that cannot be read, and the refusal of a file."""

import contextlib
import gc
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import Protocol

import pyarrow as pa

from orchestration.landing.spec import EntitySpec

BATCH_ROWS = 122_880
# A file with more unreadable rows than this is another file; it is not read to its end.
MOST_UNREADABLE_ROWS = 100_000
# As many columns as a sheet can have; an export with more is a list turned on its side.
MOST_COLUMNS = 16_384
LINE = "_line"


class Refused(Exception):
    """A file that is not loaded at all: reason code, the rule it broke, and where. Never carries a value."""

    def __init__(
        self,
        reason_code: str,
        rule: str,
        *,
        line: int | None = None,
        column: str | None = None,
        way_out: str = "",
    ) -> None:
        super().__init__(reason_code)
        self.reason_code, self.rule, self.line, self.column, self.way_out = (
            reason_code,
            rule,
            line,
            column,
            way_out,
        )


def too_many_columns(line: int) -> Refused:
    """Refusal of a file with more columns than MOST_COLUMNS."""
    return Refused(
        "too_many_columns",
        f"the file has more than {MOST_COLUMNS} columns",
        line=line,
        way_out="export one column for each field, or declare the delimiter it has.",
    )


@dataclass(frozen=True)
class BadRow:
    """A row that does not load: the line it starts on, the header of the first failing column, rule and reason."""

    line: int
    column: str | None
    rule: str
    reason_code: str


class Reader(Protocol):
    """Reads one file strictly. `rows` and `bad` are complete once `batches` is exhausted.

    `header`: column headers in file order (for JSON lines: the keys met so far).
    `canonical`: headers whose cells are typed in the file and thus already in canonical form.
    `is_open_ended`: the last line of a text has no end, so that nobody can tell whether it is whole.
    """

    header: list[str]
    canonical: frozenset[str]
    is_open_ended: bool
    rows: int
    bad: list[BadRow]

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield string columns named by header plus `_line` (int64). Raises Refused."""
        ...


@dataclass(frozen=True)
class Style:
    """How text cells of a column are written; typed cells are brought into the same writing, but for ids."""

    mark: str = "."
    formats: tuple[str, ...] = ()
    is_id: bool = False

    def moment(self, value: datetime) -> str:
        """Write a date or moment as the column's first format without an offset has it."""
        chosen = next((text for text in self.formats if "%z" not in text), "%Y-%m-%d")
        has_time = value.time() != time()
        if has_time and "%H" not in chosen:
            chosen += " %H:%M:%S"
        return value.strftime(chosen)


PLAIN = Style()


def typed_styles(spec: EntitySpec) -> dict[str, Style]:
    """Styles by header."""
    return {
        header: Style(column.number.decimal, tuple(column.formats), column.type == "id")
        for column in spec.columns
        for header in column.headers
    }


def text_batch(header: list[str], columns: list[list[str | None]], lines: list[int]) -> pa.RecordBatch:
    """Build a batch of text columns and line numbers. Raises Refused for text that is no Unicode."""
    try:
        arrays = [pa.array(column, pa.string()) for column in columns]
        return pa.RecordBatch.from_arrays([*arrays, pa.array(lines, pa.int64())], names=[*header, LINE])
    except UnicodeEncodeError:
        raise Refused(
            "undecodable",
            "a cell holds half of a character pair",
            line=lines[0],
            way_out="export the file again as UTF-8.",
        ) from None


def note(bad: list[BadRow], row: BadRow) -> None:
    """Remember an unreadable row. Raises Refused when there are far too many."""
    bad.append(row)
    if len(bad) > MOST_UNREADABLE_ROWS:
        raise Refused(
            "too_many_bad_rows",
            f"more than {MOST_UNREADABLE_ROWS} rows cannot be read ({row.reason_code})",
            line=row.line,
            way_out="export the file again, or declare its real format.",
        )


@contextlib.contextmanager
def collector_paused() -> Iterator[None]:
    """Rows of text have no cycles: without the collector looking at each new list, reading takes half the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def repeats_header(cells: list[str | None], header: list[str], line: int) -> bool:
    """Whether a row is the header again. Raises Refused when it is the header in another order or with gaps."""
    names = [cell for cell in cells if cell]
    if len(names) < 2 or not set(names) <= set(header):
        return False
    if [cell or "" for cell in cells] == header:
        return True
    raise Refused(
        "header_repeated",
        "a second, different header stands inside the file",
        line=line,
        way_out="deliver the parts as files of their own.",
    )
