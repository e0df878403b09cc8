"""Files of the catalogue that no text can show: each maker returns the bytes, or places the file itself."""

import gzip
import json
import os
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.landing.door import HEADER

SECRET = "Sesam4711"
NAMES = HEADER.strip().split(",")
GOOD = "1,C,2024-01-01,2024-01-31,10.00\n2,C,2024-01-02,2024-02-01,20.00\n3,D,2024-01-03,2024-02-02,30.00\n"
TEXT = (HEADER + GOOD).encode()
CELLS = [line.split(",") for line in GOOD.splitlines()]


def good_text(path: Path) -> bytes:
    """The header and three good rows."""
    return TEXT


def mixed_encodings(path: Path) -> bytes:
    """UTF-8, then one row of GBK."""
    return TEXT + f"4,上海{SECRET},2024-01-01,,1\n".encode("gbk")


def wide_row(path: Path) -> bytes:
    """A row of a million fields."""
    return TEXT + b"4," + b"x," * 1_000_000 + b"1\n"


def wide_header(path: Path) -> bytes:
    """A million columns."""
    more = 1_000_000
    header = HEADER.strip() + "," + ",".join(f"c{number}" for number in range(more))
    return (header + "\n1,C,2024-01-01,,1" + "," * more + "\n").encode()


def huge_cell(path: Path) -> bytes:
    """One cell of 40 MB."""
    return TEXT + b"4," + SECRET.encode() + b"x" * 40_000_000 + b",2024-01-01,,1\n"


def gzip_file(path: Path) -> bytes:
    """A gzip archive."""
    return gzip.compress(TEXT, mtime=0)


def _objects(*more: dict[str, Any]) -> bytes:
    rows = [dict(zip(NAMES, cells, strict=True)) for cells in CELLS[:2]]
    rows.append(dict(zip(NAMES, CELLS[2], strict=True)))
    return "".join(json.dumps(row) + "\n" for row in [*rows, *more]).encode()


def deep_json(path: Path) -> bytes:
    """A value nested a hundred thousand levels deep."""
    return b'{"No": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"


def many_keys(path: Path) -> bytes:
    """Each object has a key of its own."""
    return b"".join(b'{"No": "%d", "k%d": 1}\n' % (number, number) for number in range(20_000))


def wide_object(path: Path) -> bytes:
    """One object with a million keys."""
    return json.dumps({"No": "1"} | {f"k{number}": 1 for number in range(1_000_000)}).encode() + b"\n"


def json_array(path: Path) -> bytes:
    """All objects in one array."""
    return json.dumps([dict(zip(NAMES, cells, strict=True)) for cells in CELLS]).encode()


def json_truth(path: Path) -> bytes:
    """Whether there is a customer, where its id should be."""
    return _objects({"No": "4", "Customer": True, "Issued": "2024-01-01", "Amount": 1})


def json_nested(path: Path) -> bytes:
    """Each amount with its currency."""
    row = dict(zip(NAMES, CELLS[0], strict=True)) | {"Amount": {"value": SECRET, "currency": "CNY"}}
    return json.dumps(row).encode() + b"\n"


def json_pretty(path: Path) -> bytes:
    """An object laid out for people."""
    return json.dumps(dict(zip(NAMES, CELLS[0], strict=True)), indent=2).encode() + b"\n"


def json_commas(path: Path) -> bytes:
    """An array without its brackets."""
    return _objects().replace(b"\n", b",\n")


def broken_key(path: Path) -> bytes:
    """A key with half of a character pair."""
    return _objects({"\ud800": SECRET})[-60:].split(b"\n")[-2] + b"\n"


def huge_text(path: Path) -> bytes:
    """A text of 40 MB."""
    return _objects({"No": "4", "Customer": SECRET * 4_500_000, "Issued": "2024-01-01", "Amount": 1})


def cut_json(path: Path) -> bytes:
    """The last object has no end."""
    return _objects()[:-20]


def json_exponent(path: Path) -> bytes:
    """Numbers keep the digits they are written with: an exponent is none of them."""
    return _objects() + b'{"No": "4", "Customer": "C", "Issued": "2024-01-01", "Amount": 1.5E+03}\n'


def _parquet(**columns: Any) -> bytes:
    rows = dict(zip(NAMES, map(list, zip(*CELLS, strict=True)), strict=True)) | columns
    stream = BytesIO()
    pq.write_table(pa.table(rows), stream)
    return stream.getvalue()


def parquet_nan(path: Path) -> bytes:
    """Doubles that are no numbers."""
    rows = [[str(n), "C", "2024-01-01", None] for n in range(1, 6)]
    columns = dict(zip(NAMES, map(list, zip(*rows, strict=True)), strict=False))
    stream = BytesIO()
    pq.write_table(pa.table(columns | {"Amount": [10.0, 20.0, 30.0, float("nan"), float("inf")]}), stream)
    return stream.getvalue()


def parquet_bytes(path: Path) -> bytes:
    """Bytes that say they are text."""
    text = pa.array([b"C", b"\xff\xfe", b"D"], pa.binary()).view(pa.string())
    return _parquet(Customer=text)


def parquet_cut(path: Path) -> bytes:
    """The end of the file is missing."""
    return _parquet()[:-50]


def parquet_list(path: Path) -> bytes:
    """A list in a cell."""
    return _parquet(Customer=[["C"], [SECRET], []])


def epoch_seconds(path: Path) -> bytes:
    """An order dated in seconds, where the system writes milliseconds, beside two good ones."""
    order = {"account_id": "a", "life_status": "normal", "order_amount": "1.00"}
    rows = [
        order | {"_id": f"o{n}", "order_time": day}
        for n, day in enumerate([1704067200000, 1704067200, 1704067200000])
    ]
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def link_out(path: Path) -> None:
    """A link to a file elsewhere."""
    outside = path.parent.parent / "outside.csv"
    outside.write_bytes(TEXT)
    path.symlink_to(outside)


def linked_folder(path: Path) -> None:
    """A link to a folder elsewhere."""
    outside = path.parent.parent / "outside"
    outside.mkdir()
    path.symlink_to(outside)


def pipe(path: Path) -> None:
    """A named pipe, on which a reader would wait for ever."""
    os.mkfifo(path)
