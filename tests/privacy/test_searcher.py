"""The searcher finds a deliberate leak in every place and every form; what finds nothing would prove nothing."""

import base64
import gzip
import html
import json
import sqlite3
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import duckdb
import markupsafe
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.publishing.export import STORAGE_VERSION
from tests.support.leaks import Searcher

NAME, MOBILE, QUOTED = "欧阳晓翟", "13866012345", "Siân O'Hara-Lindqvist {{ x }}"
VALUES = [NAME, MOBILE, QUOTED]
SEARCHER = Searcher(VALUES)


def _text(content: bytes) -> Callable[[Path, str], None]:
    return lambda path, _: path.write_bytes(content)


def _duckdb(path: Path, value: str) -> None:
    """As published files are written: dictionary and FSST compress equal and alike strings."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as out (storage_version '{STORAGE_VERSION}')")
        connection.execute(
            "create table out.t as select 'customer ' || range || ' of ' || $1 as c from range(20000)",
            [value],
        )


def _nested(path: Path, value: str) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table t as select [{'k': $1::varchar}] as c from range(5000)", [value])


def _comment(path: Path, value: str) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table t (c int)")
        connection.execute(f"comment on column t.c is '{value.replace(chr(39), chr(39) * 2)}'")


def _parquet(path: Path, value: str) -> None:
    pq.write_table(pa.table({"c": [f"{number} {value}" for number in range(5000)]}), path, compression="zstd")


def _sqlite(path: Path, value: str) -> None:
    """As Dagster keeps events: JSON longer than a page, so that it lies in pieces."""
    with sqlite3.connect(path) as connection:
        connection.execute("create table event_logs (event text)")
        connection.execute("insert into event_logs values (?)", [json.dumps({"a": "x" * 4050 + value})])
    connection.close()


def _snapshot(path: Path, value: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("create table snapshots (body blob)")
        connection.execute("insert into snapshots values (?)", [zlib.compress(value.encode() * 9)])
    connection.close()


def _workbook(path: Path, value: str) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = value
    book.save(path)


def _zip(path: Path, value: str) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("log.txt", value * 20)


PLACES: dict[str, Callable[[Path, str], object]] = {
    "warehouse/current/finance.duckdb": _duckdb,
    "warehouse/current/bi.duckdb": _comment,
    "warehouse/current/marts/mart_run.parquet": _parquet,
    "warehouse/builds/r1/warehouse.duckdb": _nested,
    "warehouse/raw/files/invoices/1.parquet": _parquet,
    "warehouse/quarantine/files/invoices/1.parquet": _parquet,
    "warehouse/ledger/1.json": lambda path, value: path.write_text(json.dumps({"rows": [value]})),
    "warehouse/errors/1.log": lambda path, value: path.write_text(f"ValueError: {value!r}"),
    "warehouse/builds/r1/target/run_results.json": lambda path, value: path.write_text(
        json.dumps({"message": json.dumps(value)})
    ),
    "warehouse/builds/r1/logs/dbt.log": lambda path, value: path.write_text(f"\x1b[0m12:00 {value}\n"),
    "warehouse/builds/r1/tmp/duckdb_temp_block.block": lambda path, value: path.write_bytes(
        bytes(4096) + value.encode() + bytes(99)
    ),
    "warehouse/current/report.html": lambda path, value: path.write_bytes(
        b"data:;base64," + base64.b64encode(b"<p>" + value.encode() + b"</p>")
    ),
    "warehouse/current/model_card.md": lambda path, value: path.write_text(f"| owner | {value} |"),
    "warehouse/current/model_card/roc.svg": lambda path, value: path.write_text(
        f"<svg><text>{html.escape(value)}</text></svg>"
    ),
    "dagster/history/runs.db": _sqlite,
    "dagster/storage/index.db": _snapshot,
    "dagster/storage/run/compute_logs/step.err": lambda path, value: path.write_text(value),
    "gx/uncommitted/validations/1.json": lambda path, value: path.write_text(json.dumps([value])),
    "tmp/sheet.xlsx": _workbook,
    "tmp/packed.gz": lambda path, value: path.write_bytes(gzip.compress(value.encode())),
    "tmp/packed.zip": _zip,
    "tmp/query.txt": lambda path, value: path.write_text(f"https://x.example/?q={quote(value)}"),
    "out/nightly.stdout": lambda path, value: path.write_text(value),
    "out/nightly.stderr": lambda path, value: path.write_text(f"E: {value}"),
}


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("place", PLACES)
def test_a_leak_is_caught_wherever_it_lies(place: str, value: str, tmp_path: Path) -> None:
    path = tmp_path / place
    path.parent.mkdir(parents=True)
    PLACES[place](path, value)
    assert value in {leak.value for leak in SEARCHER.folder(tmp_path).leaks}
    assert not SEARCHER.folder(tmp_path, leave_out=[path]).leaks


def test_a_name_of_a_file_is_searched_too(tmp_path: Path) -> None:
    (tmp_path / f"{NAME}.csv").touch()
    assert {leak.value for leak in SEARCHER.folder(tmp_path).leaks} == {NAME}


def _forms(value: str) -> dict[str, bytes]:
    escaped = json.dumps(value)
    return {
        **{encoding: value.encode(encoding) for encoding in ("utf-8", "gbk", "utf-16", "utf-16-be")},
        "json": escaped.encode(),
        "json in json": json.dumps({"event": escaped}).encode(),
        "html": html.escape(value).encode(),
        "jinja": str(markupsafe.escape(value)).encode(),
        "url": quote(value).encode(),
        "url all": quote(value, safe="").encode(),
        **{f"base64 {n}": base64.b64encode(b"-" * n + value.encode() + b"tail") for n in range(3)},
        **{f"base64 of gbk {n}": base64.b64encode(b"-" * n + value.encode("gbk")) for n in range(3)},
        **{f"base64 of utf-16 {n}": base64.b64encode(b"-" * n + value.encode("utf-16-le")) for n in range(3)},
        "url-safe base64": base64.urlsafe_b64encode(value.encode()),
    }


@pytest.mark.parametrize("value", [NAME, MOBILE])
@pytest.mark.parametrize("shift", range(8))
def test_every_form_is_caught_at_every_position(value: str, shift: int) -> None:
    for form, content in _forms(value).items():
        assert SEARCHER.data(b"." * shift + content + b".", form), form


@pytest.mark.parametrize(
    "content", [b"%e6%ac%a7%e9%98%b3%e6%99%93%e7%bf%9f", b"\\u6B27\\u9633\\u6653\\u7FDF"]
)
def test_hexadecimal_digits_of_either_case_are_caught(content: bytes) -> None:
    assert SEARCHER.data(content, "escaped")


def test_what_a_step_made_of_a_value_is_caught() -> None:
    searcher = Searcher(["+86 １３８-6601-2345", "Zhao.Min@Example.CN"])
    assert searcher.data(b'{"phone": "8613866012345"}', "digits")
    assert searcher.data(b"zhao.min@example.cn", "lower case")


def test_other_values_are_no_leaks() -> None:
    assert not SEARCHER.data("欧阳*** ***2345 13866012344 欧阳晓明".encode() * 1000, "masked")
    with pytest.raises(ValueError, match="too short"):
        Searcher(["李四"])
