"""Good small files of each format family, with everything in them that readers treat specially."""

import json
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from tests.landing.door import HEADER
from tests.landing.fuzz.harness import SECRET

NAMES = HEADER.strip().split(",")
ROWS = [
    ("1001", "C-1", date(2024, 2, 29), date(2024, 3, 30), Decimal("1234.50")),
    ("1002", "客户-2", date(2024, 3, 1), None, Decimal("-7.05")),
    ("1003", SECRET, date(2024, 3, 2), date(2024, 4, 1), Decimal("100")),
    ("1004", "C-3", date(2024, 3, 3), date(2024, 4, 2), Decimal("0.10")),
    ("1005", "C-1", date(2024, 3, 4), None, Decimal("99999999.99")),
]


def delimited(mark: str) -> bytes:
    """CSV or TSV with a byte order mark, quotes and both kinds of newline."""
    lines = [HEADER.strip().replace(",", mark)]
    lines += [mark.join("" if cell is None else f'"{cell}"' for cell in row) for row in ROWS]
    return ("\ufeff" + "\r\n".join(lines) + "\n").encode()


def workbook() -> bytes:
    """A workbook with typed cells, texts and a formula."""
    book = openpyxl.Workbook()
    book.active.append(NAMES)
    for number, customer, issued, due, amount in ROWS:
        book.active.append([int(number), customer, datetime.combine(issued, time()), due, float(amount)])
    book.active.append([2000, "C", "2024-01-01", None, "=1+1"])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def json_lines() -> bytes:
    """Objects with numbers, nulls, absent keys and an escaped character."""
    lines = []
    for row in ROWS:
        cells = dict(zip(NAMES, row, strict=True))
        cells["Amount"] = float(cells["Amount"])
        lines.append(json.dumps({k: str(v) if isinstance(v, date) else v for k, v in cells.items()}))
    return ("\n".join(lines) + "\n").encode()


def parquet() -> bytes:
    """Typed columns, dictionaries and nulls."""
    columns = list(zip(*ROWS, strict=True))
    arrays = [
        pa.array([int(value) for value in columns[0]], pa.int64()),
        pa.array(columns[1]).dictionary_encode(),
        pa.array(columns[2], pa.date32()),
        pa.array(columns[3], pa.date32()).cast(pa.timestamp("us")),
        pa.array(columns[4], pa.decimal128(18, 2)),
    ]
    stream = BytesIO()
    pq.write_table(pa.table(arrays, names=NAMES), stream)
    return stream.getvalue()
