"""Mutations of delivered files: bytes, lines and cells, the parts of a workbook, the pages of a Parquet file."""

import random
import re
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

import pyarrow as pa
import pyarrow.parquet as pq

# What a file may hold that no honest export does, and what readers are known to trip over.
TOKENS = [
    *(b"", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3\x28", b"\xed\xa0\x80", b"\r", b"\n", b"\r\n\n", b"\x1a"),
    *(b'"', b'""', b"'", b",", b";", b"\t", b",,,,,,", b"\\", b"{", b"}", b"[", b"]", b"[[[[[[[[", b":", b"null"),
    *(b"NaN", b"Infinity", b"-0", b"1e999", b"1E+18", b"0x10", b"9" * 40, b"1.234,50", b"(1.00)", b"-", b"%s%n"),
    *("\u202e\u200b\u2028\u0085".encode(), "１２３".encode(), "😀".encode(), b"2024-02-30", b"0000-00-00", b"2206"),
    *(b"=1+1", b"{{ 1 }}", b"'; drop table x; --", b"../../etc/passwd", b"\\ud800", b"<f>1</f>", b"&amp;", b"&#0;"),
]  # fmt: skip
NUMBERS = [
    b"0",
    b"-1",
    b"1e300",
    b"1E+18",
    b"nan",
    b"inf",
    b"45000.5",
    b"-45000",
    b"2958466",
    b"12345678901234567890",
    b"",
]
Mutation = Callable[[random.Random, bytes], bytes]


def flip(dice: random.Random, content: bytes) -> bytes:
    """Change one to eight bytes."""
    changed = bytearray(content)
    for _ in range(dice.randint(1, 8)):
        if changed:
            changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def insert(dice: random.Random, content: bytes) -> bytes:
    """Put a token somewhere."""
    at = dice.randint(0, len(content))
    return content[:at] + dice.choice(TOKENS) * dice.choice((1, 1, 1, 3, 40)) + content[at:]


def cut(dice: random.Random, content: bytes) -> bytes:
    """Take a span out, or everything after a place."""
    start = dice.randint(0, len(content))
    end = len(content) if dice.random() < 0.3 else min(len(content), start + dice.randint(1, 60))
    return content[:start] + content[end:]


def repeat(dice: random.Random, content: bytes) -> bytes:
    """Write a span twice."""
    start = dice.randint(0, len(content))
    end = min(len(content), start + dice.randint(1, 200))
    return content[:end] + content[start:end] + content[end:]


def lines(dice: random.Random, content: bytes) -> bytes:
    """Drop, double, swap or join lines."""
    parts = content.split(b"\n")
    first, second = dice.randrange(len(parts)), dice.randrange(len(parts))
    kind = dice.randrange(4)
    if kind == 0:
        del parts[first]
    elif kind == 1:
        parts.insert(second, parts[first])
    elif kind == 2:
        parts[first], parts[second] = parts[second], parts[first]
    else:
        parts[first : first + 2] = [b"".join(parts[first : first + 2])]
    return b"\n".join(parts)


def cell(dice: random.Random, content: bytes) -> bytes:
    """Put a token in the place of what stands between two marks."""
    marks = [at for at, byte in enumerate(content) if byte in b',;\t\n":<>']
    if len(marks) < 2:
        return insert(dice, content)
    at = dice.randrange(len(marks) - 1)
    return content[: marks[at] + 1] + dice.choice(TOKENS) + content[marks[at + 1] :]


TEXT: tuple[Mutation, ...] = (flip, insert, cut, repeat, lines, cell, cell, cell)
BINARY: tuple[Mutation, ...] = (flip, flip, insert, cut, repeat)


_ATTRIBUTES = {
    b"t": [b"n", b"s", b"str", b"b", b"e", b"d", b"inlineStr", b"x"],
    b"s": [b"0", b"1", b"2", b"999999"],
    b"r": [b"A1", b"B2", b"XFD7", b"A0", b"3", b"x"],
    b"spans": [b"1:9", b"x"],
}


def _escaped(dice: random.Random) -> bytes:
    text = escape(dice.choice(TOKENS).decode("utf-8", "ignore")).encode()
    return re.sub(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", b"", text)


def _well_formed(dice: random.Random, part: bytes) -> bytes:
    """Change texts, numbers or attributes of a sheet or of its texts, which stay XML."""
    for _ in range(dice.randint(1, 4)):
        kind = dice.random()
        if kind < 0.6:
            found, new = list(re.finditer(rb"(?<=<t>)[^<]*", part)), _escaped(dice)
        elif kind < 0.9:
            found, new = list(re.finditer(rb'(?<=t="n"><v>)[^<]*', part)), dice.choice(NUMBERS)
        else:
            name = dice.choice(list(_ATTRIBUTES))
            found = list(re.finditer(rb"(?<= )" + name + rb'="[^"]*"', part))
            new = name + b'="' + dice.choice(_ATTRIBUTES[name]) + b'"'
        if found:
            at = dice.choice(found)
            part = part[: at.start()] + new + part[at.end() :]
    return part


def workbook(dice: random.Random, content: bytes) -> bytes:
    """Mutate one part of a workbook (mostly its sheet) and pack it again, or now and then the packed bytes."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except Exception:  # an earlier mutation broke the archive itself
        parts = {}
    names = sorted(parts)
    sheets = [name for name in names if "worksheets" in name or "sharedStrings" in name]
    if not sheets or dice.random() < 0.2:
        return dice.choice(BINARY)(dice, content)
    name = dice.choice(sheets if dice.random() < 0.7 else names)
    if dice.random() < 0.7:
        for sheet in sheets:
            parts[sheet] = _well_formed(dice, parts[sheet])
    elif dice.random() < 0.05:
        del parts[name]
    else:
        parts[name] = dice.choice(TEXT)(dice, parts[name])
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for part, text in parts.items():
            archive.writestr(part, text)
    return stream.getvalue()


def _columns(dice: random.Random, rows: int) -> pa.Array:
    """A column of some type, with the values at the edges of it."""
    kinds: list[tuple[pa.DataType, list[Any]]] = [
        (pa.string(), ["", "\x00", "x" * 5000, "\u202e", "1E+18", "2024-01-01", None]),
        (pa.large_string(), ["C", "客户", None]),
        (pa.float64(), [float("nan"), float("inf"), 1e300, -0.0, 5e-324, 12.5]),
        (pa.float32(), [0.1, 3.4e38, None]),
        (pa.uint64(), [2**64 - 1, 0]),
        (pa.int8(), [-128, 127]),
        (pa.decimal128(38, 10), [Decimal("1e27"), Decimal("-0.0000000001"), None]),
        (pa.decimal256(76, 0), [Decimal("9" * 76), Decimal(1)]),
        (pa.date32(), [date.min, date.max, date(1970, 1, 1), None]),
        (pa.date64(), [date.min, date(2024, 2, 29)]),
        (pa.timestamp("ns", "Asia/Shanghai"), [0, 2**62, -(2**62)]),
        (pa.timestamp("s"), [2**62, -(2**62), 0]),
        (pa.timestamp("ms", "+05:30"), [2**50, None]),
        (pa.bool_(), [True, False, None]),
        (pa.null(), [None]),
        (pa.time64("us"), [0]),
        (pa.duration("s"), [1]),
        (pa.binary(), [b"\xff\x00", b""]),
        (pa.list_(pa.string()), [["x"], [], None]),
        (pa.struct([("a", pa.int64())]), [{"a": 1}, None]),
    ]
    kind, values = dice.choice(kinds)
    array = pa.array([dice.choice(values) for _ in range(rows)], kind)
    return array.dictionary_encode() if dice.random() < 0.2 and not pa.types.is_nested(kind) else array


def parquet(dice: random.Random, content: bytes) -> bytes:
    """Change a column's type, name or values and write the file again, or now and then its bytes."""
    try:
        table = pq.read_table(BytesIO(content))
    except Exception:  # an earlier mutation broke the file itself
        table = None
    if table is None or not table.num_columns or dice.random() < 0.3:
        return dice.choice(BINARY)(dice, content)
    at, rows = dice.randrange(table.num_columns), table.num_rows
    names, columns = list(table.column_names), list(table.columns)
    kind = dice.randrange(6)
    if kind < 3:
        columns[at] = _columns(dice, rows)
    elif kind == 3:
        names[at] = dice.choice([*TOKENS, *(name.encode() for name in names)]).decode("utf-8", "ignore")
    elif kind == 4:
        del names[at], columns[at]
    else:
        names, columns = [*names, "more"], [*columns, _columns(dice, rows)]
    stream = BytesIO()
    try:
        compression = dice.choice(["snappy", "none", "zstd", "gzip"])
        pq.write_table(pa.table(columns, names=names), stream, compression=compression)
    except (pa.ArrowException, ValueError, TypeError):
        return content
    return stream.getvalue()


def mutate(dice: random.Random, content: bytes, kinds: tuple[Mutation, ...]) -> bytes:
    """Apply one to three mutations."""
    for _ in range(dice.choice((1, 1, 2, 3))):
        content = dice.choice(kinds)(dice, content)
    return content
