"""Workbooks of the catalogue: each maker returns the bytes of its file."""

import zipfile
from datetime import date, time
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl

from tests.landing.catalogue.makers import CELLS, NAMES, SECRET, TEXT


def _workbook(*rows: list[Any], header: bool = True) -> bytes:
    book = openpyxl.Workbook()
    for row in [*([NAMES] if header else []), *([*cells[:4], float(cells[4])] for cells in CELLS), *rows]:
        book.active.append(row)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _part(content: bytes, name: str, change: Any) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            data = old.read(part)
            new.writestr(part, change(data) if part == name else data)
    return stream.getvalue()


def zip_bomb(path: Path) -> bytes:
    """A sheet of 120 MB of nothing in a hundred kilobytes."""
    return _part(_workbook(), "xl/worksheets/sheet1.xml", lambda data: data + b" " * 120_000_000)


def far_row(path: Path) -> bytes:
    """A row that says it is the thousand-millionth, to be reached through as many empty ones."""
    return _part(
        _workbook(),
        "xl/worksheets/sheet1.xml",
        lambda data: data.replace(b'<row r="4"', b'<row r="999999999"'),
    )


def locked_workbook(path: Path) -> bytes:
    """The container of an encrypted workbook, which is no zip archive."""
    return bytes.fromhex("d0cf11e0a1b11ae1") + bytes(1000)


def csv_as_workbook(path: Path) -> bytes:
    """Text under the name of a workbook."""
    return TEXT


def unformatted_days(path: Path) -> bytes:
    """A day as the number that a spreadsheet keeps."""
    return _workbook(["4", "C", 45291, None, 1])


def long_ids(path: Path) -> bytes:
    """Twenty digits as a number, of which a spreadsheet keeps fifteen."""
    return _workbook([12345678901234567890, "C", "2024-01-01", None, 1])


def ids_as_days(path: Path) -> bytes:
    """Ids such as 3-1, 8:00 and TRUE, as a spreadsheet keeps them."""
    return _workbook(
        [date(2024, 3, 1), "C", "2024-01-01", None, 1],
        ["5", time(8), "2024-01-01", None, 1],
        ["6", True, "2024-01-01", None, 1],
    )


def _dated_workbook(*issued: date | str) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(NAMES)
    for number, day in enumerate(issued):
        book.active.append([str(number), "C", day, None, 1])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def swapped_dates(path: Path) -> bytes:
    """25/03, 03/04, 17/05 and so on, opened where the month stands first: 3 April became 4 March."""
    return _dated_workbook(
        "25/03/2024", date(2024, 3, 4), "17/05/2024", date(2024, 1, 6), date(2024, 12, 7), "31/07/2024"
    )


def half_typed_dates(path: Path) -> bytes:
    """Days and texts on both sides of the twelfth: typed by hand, in the order that is declared."""
    return _dated_workbook(
        "25/03/2024", date(2024, 3, 14), "07/05/2024", date(2024, 1, 6), date(2024, 12, 7), "31/07/2024"
    )


def rounded_ids(path: Path) -> bytes:
    """Sixteen digits as a number, written out as spreadsheets do up to seventeen: the last one is lost."""
    content = _workbook(["4", 471147114711471, "2024-01-01", None, 1])
    whole = _part(
        content,
        "xl/worksheets/sheet1.xml",
        lambda data: data.replace(b"<v>471147114711471</v>", b"<v>4711471147114710</v>"),
    )
    assert whole != content
    return whole


def hidden_sheet(path: Path) -> bytes:
    """A sheet nobody sees, which may be the one that was meant."""
    book = openpyxl.Workbook()
    book.active.append(NAMES)
    book.active.append([*CELLS[0][:4], 1])
    book.create_sheet(SECRET).sheet_state = "hidden"
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def merged_header(path: Path) -> bytes:
    """Two header lines, the upper one with a cell over two columns."""
    book = openpyxl.Workbook()
    book.active.append(["No", "Customer", "Dates", None, "Amount"])
    book.active.append([None, None, "Issued", "Due", None])
    book.active.merge_cells("C1:D1")
    book.active.append([*CELLS[0][:4], 1])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def cell_beyond(path: Path) -> bytes:
    """A note to the right of the table."""
    return _workbook(["4", "C", "2024-01-01", None, 1, SECRET])


def titled_workbook(path: Path) -> bytes:
    """A title above the header."""
    book = openpyxl.Workbook()
    book.active.append([f"Open items of {SECRET}"])
    book.active.append(NAMES)
    book.active.append([*CELLS[0][:4], 1])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()
