"""XLSX: the declared sheet only, real cell types, formulas by their stored value."""

import contextlib
import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa

from orchestration.landing.naming import shown
from orchestration.landing.readers.base import (
    PLAIN,
    BadRow,
    Refused,
    Style,
    note,
    repeats_header,
    text_batch,
    typed_styles,
)
from orchestration.landing.readers.day_order import DayOrder, is_taken_for_another
from orchestration.landing.spec import EntitySpec

# Uncompressed size beyond which a workbook is taken for a zip bomb; a full sheet of a million rows is below it.
MAX_UNCOMPRESSED_BYTES = 2 << 30
# A part that packs better than this is a bomb: a real sheet packs about tenfold, a table of one value fiftyfold.
_MOST_RATIO = 200
_SMALL_BYTES = 16 << 20
# As many rows as a sheet can have.
_MOST_ROWS = 1 << 20
_ROWS = 20_000
# As many digits of a number as a spreadsheet keeps.
_MOST_DIGITS = 15
_ID_RULE = f"an id as text or a number of at most {_MOST_DIGITS} digits, not a day, a time or a truth value"
_FORMULA = re.compile(rb"<f[ >/]")


class _BadCell(Exception):
    def __init__(self, reason_code: str, rule: str) -> None:
        self.reason_code, self.rule = reason_code, rule


class XlsxReader:
    """Reads one sheet; row numbers are lines, empty rows hold no record."""

    canonical: frozenset[str] = frozenset()
    is_open_ended = False

    def __init__(self, path: Path, spec: EntitySpec) -> None:
        self.path = path
        self.rows = 0
        self.bad: list[BadRow] = []
        self._styles = typed_styles(spec)
        has_formulas = _inspect(path)
        self._values = _open(path, data_only=True)
        self.sheet = _sheet_name(self._values.sheetnames, spec.sheet)
        self._formulas = _open(path, data_only=False) if has_formulas else None
        first = next(self._rows(), None)
        if first is None:
            raise Refused("empty", "the sheet has no content", way_out="export it again.")
        line, cells, _ = first
        if any(cell.data_type == "e" for cell in cells):
            raise Refused(
                "header_mismatch", "the header holds an error cell", line=line, way_out="correct the header."
            )
        self.header = _trimmed(["" if cell.value is None else str(cell.value).strip() for cell in cells])
        self._orders = {
            at: DayOrder(name, formats)
            for at, name in enumerate(self.header)
            if (formats := tuple(filter(is_taken_for_another, self._styles.get(name, PLAIN).formats)))
        }

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows below the header; see Reader."""
        rows = self._rows()
        next(rows)
        texts: list[list[str | None]] = []
        lines: list[int] = []
        for line, cells, formulas in rows:
            self.rows += 1
            text = self._row(line, cells, formulas)
            if text is not None:
                texts.append(text)
                lines.append(line)
            if len(texts) == _ROWS:
                yield text_batch(self.header, list(zip(*texts, strict=True)), lines)
                texts, lines = [], []
        if texts:
            yield text_batch(self.header, list(zip(*texts, strict=True)), lines)
        for order in self._orders.values():
            order.check()

    def _rows(self) -> Iterator[tuple[int, Any, Any]]:
        with _foreign_parser(None):
            sheets = [book[self.sheet] for book in (self._values, self._formulas) if book is not None]
            for sheet in sheets:
                sheet.reset_dimensions()
            pairs = zip(*(sheet.iter_rows() for sheet in sheets), strict=True)
        number = 0
        while True:
            with _foreign_parser(number + 1):
                pair = next(pairs, None)
            if pair is None:
                return
            number += 1
            if number > _MOST_ROWS:
                # A row that says it is the thousand-millionth would be reached through as many empty ones.
                raise _unreadable(number)
            cells, formulas = pair[0], pair[-1]
            if any(cell.value is not None for cell in formulas):
                yield number, cells, formulas

    def _row(self, line: int, cells: Any, formulas: Any) -> list[str | None] | None:
        width = len(self.header)
        if any(cell.value is not None for cell in cells[width:]):
            note(
                self.bad,
                BadRow(line, None, f"no cell to the right of the {width} header cells", "field_count"),
            )
            return None
        for at, order in self._orders.items():
            if at < len(cells):
                order.see(line, cells[at].value)
        texts: list[str | None] = []
        for i in range(width):
            cell = cells[i] if i < len(cells) else None
            try:
                if cell is not None and cell.value is None and formulas[i].data_type == "f":
                    raise _BadCell("formula_without_value", "a formula has its value stored in the file")
                texts.append(None if cell is None else _text(cell, self._styles.get(self.header[i], PLAIN)))
            except _BadCell as error:
                column = shown(self.header[i], i + 1)
                note(self.bad, BadRow(line, column, error.rule, error.reason_code))
                return None
        if texts[0] in self.header and repeats_header(texts, self.header, line):
            note(self.bad, BadRow(line, None, "the header stands once", "header_repeated"))
            return None
        return texts


def _inspect(path: Path) -> bool:
    """Guard against zip bombs; whether any sheet has formulas. Raises Refused."""
    with _foreign_parser(None):
        archive = zipfile.ZipFile(path)
    with archive:
        parts = archive.infolist()
        bombs = [part for part in parts if part.file_size > _SMALL_BYTES + _MOST_RATIO * part.compress_size]
        if bombs or sum(part.file_size for part in parts) > MAX_UNCOMPRESSED_BYTES:
            raise Refused(
                "too_large",
                f"the workbook unpacks to more than {MAX_UNCOMPRESSED_BYTES >> 20} MiB, or a part of it to more "
                f"than {_MOST_RATIO} times its packed size",
                way_out="deliver it as CSV or Parquet.",
            )
        sheets = [part.filename for part in parts if part.filename.startswith("xl/worksheets/")]
        with _foreign_parser(None):
            return any(_has_formula(archive, name) for name in sheets)


def _has_formula(archive: zipfile.ZipFile, name: str) -> bool:
    tail = b""
    with archive.open(name) as stream:
        while chunk := stream.read(1 << 20):
            if _FORMULA.search(tail + chunk):
                return True
            tail = chunk[-3:]
    return False


def _open(path: Path, *, data_only: bool) -> Any:
    with _foreign_parser(None):
        return openpyxl.load_workbook(path, read_only=True, data_only=data_only)


@contextlib.contextmanager
def _foreign_parser(line: int | None) -> Iterator[None]:
    """A damaged workbook makes openpyxl raise whatever its parts raise: each is the same refusal.

    Its warnings print the value of a cell, so nobody hears them.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except MemoryError:
        raise
    except Exception:
        raise _unreadable(line) from None


def _sheet_name(names: list[str], declared: str | None) -> str:
    if declared is None and len(names) == 1:
        return names[0]
    if declared in names:
        return declared
    told = f"the workbook has {len(names)} sheets, hidden ones too, and none is declared"
    raise Refused(
        "sheet_missing",
        f"the declared sheet {declared!r} is not in the workbook" if declared else told,
        way_out="set `sheet` in mapping.yml to the sheet's name.",
    )


def _text(cell: Any, style: Style) -> str | None:
    value = cell.value
    if value is None:
        return None
    if cell.data_type == "e":
        raise _BadCell("error_cell", "no error value in a cell")
    if style.is_id and _is_no_id(value):
        raise _BadCell("bad_id", _ID_RULE)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        # An id beyond these digits comes out with an exponent and is then quarantined.
        text = format(value, f".{_MOST_DIGITS}g")
        return text if "e" in text else text.replace(".", style.mark)
    if isinstance(value, datetime):
        return style.moment(value.replace(microsecond=0))
    if isinstance(value, date):
        return style.moment(datetime.combine(value, time()))
    return str(value)


def _is_no_id(value: Any) -> bool:
    """What a spreadsheet made of an id that looked like a day or a time, or had more digits than it keeps."""
    if isinstance(value, int) and not isinstance(value, bool):
        return abs(value) >= 10**_MOST_DIGITS
    return not isinstance(value, (str, float))


def _trimmed(header: list[str]) -> list[str]:
    while header and not header[-1]:
        header = header[:-1]
    return header


def _unreadable(line: int | None) -> Refused:
    return Refused(
        "unreadable", "the file is not a whole XLSX workbook", line=line, way_out="export it again as .xlsx."
    )
