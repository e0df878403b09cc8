"""Every format gives the same canonical rows."""

import json
import traceback
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from io import BytesIO

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from orchestration.errors import CrwError
from orchestration.landing.nodes import MappingError
from tests.landing.door import HEADER, Door

ROWS = [
    ("1001", "C-1", date(2024, 2, 29), date(2024, 3, 30), Decimal("1234.50")),
    ("1002", "客户-2", date(2024, 3, 1), None, Decimal("-7.05")),
    ("1003", "C-1", date(2024, 3, 2), date(2024, 4, 1), Decimal("100")),
]
EXPECTED = [
    ("1001", "C-1", "2024-02-29", "2024-03-30", "1234.50"),
    ("1002", "客户-2", "2024-03-01", None, "-7.05"),
    ("1003", "C-1", "2024-03-02", "2024-04-01", "100"),
]
COLUMNS = "invoice_id, customer_id, issue_date, due_date, amount"


def _delimited(delimiter: str, encoding: str) -> bytes:
    lines = [HEADER.strip().replace(",", delimiter)]
    lines += [delimiter.join("" if cell is None else str(cell) for cell in row) for row in ROWS]
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def _xlsx() -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    book.active.append(["not this sheet"])
    sheet = book.create_sheet("Open items")
    sheet.append(HEADER.strip().split(","))
    for number, customer, issued, due, amount in ROWS:
        sheet.append([int(number), customer, datetime.combine(issued, time()), due, float(amount)])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _jsonl() -> bytes:
    lines = []
    for row in ROWS:
        cells = dict(zip(HEADER.strip().split(","), row, strict=True))
        cells["Amount"] = float(cells["Amount"])
        lines.append(
            json.dumps({k: str(v) if isinstance(v, date) else v for k, v in cells.items() if v is not None})
        )
    # JSON keeps the digits as written: 1234.5 is not 1234.50.
    return ("\n".join(lines).replace("1234.5", "1234.50").replace("100.0", "100") + "\n").encode()


def _parquet() -> bytes:
    columns = list(zip(*ROWS, strict=True))
    arrays = [
        pa.array([int(value) for value in columns[0]], pa.int64()),
        pa.array(columns[1]).dictionary_encode(),
        pa.array(columns[2], pa.date32()),
        pa.array(columns[3], pa.date32()).cast(pa.timestamp("us")),
        pa.array([str(value) for value in columns[4]]),
    ]
    stream = BytesIO()
    pq.write_table(pa.table(arrays, names=HEADER.strip().split(",")), stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "more"),
    [
        ("i.csv", lambda: _delimited(",", "utf-8"), ""),
        ("i.csv", lambda: _delimited(",", "utf-8-sig"), ""),
        ("i.csv", lambda: _delimited(";", "gb18030"), "    delimiter: ';'\n    encoding: gb18030\n"),
        ("i.csv", lambda: _delimited(",", "utf-16"), "    encoding: utf-16\n"),
        ("i.tsv", lambda: _delimited("\t", "utf-8"), ""),
        ("i.xlsx", _xlsx, "    sheet: Open items\n"),
        ("i.jsonl", _jsonl, ""),
        ("i.parquet", _parquet, ""),
    ],
    ids=["csv", "csv with byte order mark", "csv gb18030", "csv utf-16", "tsv", "xlsx", "jsonl", "parquet"],
)
def test_every_format_gives_the_same_rows(
    door: Door, name: str, content: Callable[[], bytes], more: str
) -> None:
    door.mapping(name, more)
    door.put(name, content())
    load = door.land_one()
    assert load.status == "loaded", load.refusal
    expected = EXPECTED
    if name.endswith("xlsx"):  # a spreadsheet's number has no written digits
        expected = [(*row[:4], row[4].replace("1234.50", "1234.5")) for row in EXPECTED]
    assert door.rows(load, COLUMNS) == expected
    assert (load.rows_in_file, load.rows_loaded) == (3, 3)
    assert [(s.column, s.currency, float(s.sum)) for s in load.control_sums] == [("amount", "CNY", 1327.45)]
    assert (load.first_date, load.last_date) == (date(2024, 2, 29), date(2024, 3, 2))


def test_order_of_columns_does_not_matter(door: Door) -> None:
    door.mapping()
    door.put("invoices.csv", "Amount,Due,Issued,No,Customer\n5.00,,2024-01-02,1,C\n")
    assert door.rows(door.land_one(), COLUMNS) == [("1", "C", "2024-01-02", None, "5.00")]


def test_lines_are_physical_lines_where_the_record_starts(door: Door) -> None:
    door.mapping(
        more="    derive:\n      - {entity: customers, columns: {customer_id: Customer, industry: Due}}\n"
    )
    door.put(
        "invoices.csv",
        HEADER
        + '\n1,A,2024-01-01,"x\ny",1\n\n2,B,2024-01-01,,oops\n"3",C,2024-01-01,"p\r\n\r\nq",1\n4,D,2024-01-01,,1\n',
    )
    invoices, customers = door.land().loads
    assert [(row[1], row[0]) for row in door.rows(customers, "_line, customer_id")] == [
        ("A", 3),
        ("B", 6),
        ("C", 7),
        ("D", 10),
    ]
    assert door.quarantined(invoices) == [
        (3, "Due", "bad_date"),
        (6, "Amount", "bad_number"),
        (7, "Due", "bad_date"),
    ]


@pytest.mark.parametrize(
    ("number", "text", "canonical"),
    [
        ("{decimal: ',', thousands: '.'}", "1.234.567,80", "1234567.80"),
        ("{decimal: ',', thousands: '.'}", "-12,5", "-12.5"),
        ("{decimal: ',', thousands: '.'}", "1.23,5", None),
        ("{thousands: ','}", "1,234.5", "1234.5"),
        ("{thousands: ','}", "1,2,3", None),
        ("{thousands: ','}", "+1,234.5", "1234.5"),
        ("{thousands: ','}", "1.234,5", None),
        ("{thousands: ','}", "0,500", None),
        ("{thousands: ' '}", "1.5 6", None),
        ("{decimal: ',', thousands: '.'}", "1,234.5", None),
        ("{}", "+-5", None),
        ("{parentheses: true}", "(12.50)", "-12.50"),
        ("{parentheses: true}", "(-12.50)", None),
        ("{}", "+12.50", "12.50"),
        ("{}", "1e3", None),
        ("{}", "1 000", None),
        ("{}", "12.5 CNY", None),
        ("{}", "NaN", None),
        ("{}", "１２", None),
        ("{}", "9999999999999999999", None),
    ],
)
def test_numbers_as_declared_and_no_other_way(
    door: Door, number: str, text: str, canonical: str | None
) -> None:
    door.mapping("i.tsv", f"    number: {number}\n")
    door.put(
        "i.tsv",
        HEADER.replace(",", "\t")
        + f"1\tC\t2024-01-01\t\t{text}\n2\tC\t2024-01-01\t\t1\n3\tC\t2024-01-01\t\t1\n",
    )
    load = door.land_one()
    if canonical is None:
        assert door.quarantined(load) == [(2, "Amount", "bad_number")]
    else:
        assert door.rows(load, "amount")[0] == (canonical,)


@pytest.mark.parametrize(
    ("formats", "text", "canonical"),
    [
        ("'%d.%m.%Y'", "31.12.2024", "2024-12-31"),
        ("'%m/%d/%Y'", "2/3/2024", "2024-02-03"),
        ("['%Y-%m-%d', '%Y%m%d']", "20240203", "2024-02-03"),
        ("'%Y%m%d %H%M%S.%f'", "20240203 080000.123", "2024-02-03"),
        ("'%Y%m%d'", "2024213", None),
        ("'%Y年%m月%d日'", "2024年2月3日", "2024-02-03"),
        ("'%Y-%m-%d'", "2024-02-30", None),
        ("'%Y-%m-%d'", "0024-02-03", None),
        ("'%m/%d/%Y'", "2024-02-03", None),
        ("'%m/%d/%Y'", "13/2/2024", None),
        ("'%Y-%m-%d'", "2024-02-03 00:00:00", None),
    ],
)
def test_dates_as_declared_and_no_other_way(
    door: Door, formats: str, text: str, canonical: str | None
) -> None:
    door.mapping(more=f"    date_format: {formats}\n")
    door.put("invoices.csv", HEADER + f"1,C,{text},,1\n2,C,{text},,1\n")
    load = door.land_one()
    if canonical is None:
        assert load.refusal is not None
        assert load.refusal.reason_code == "too_many_bad_rows"
        assert "bad_date" in load.refusal.message
        assert load.refusal.line == 2
    else:
        assert door.rows(load, "issue_date") == [(canonical,)] * 2


def test_typed_cells_keep_their_meaning_under_a_comma_locale(door: Door) -> None:
    book = openpyxl.Workbook()
    book.active.append(HEADER.strip().split(","))
    book.active.append([1, "C", date(2024, 1, 2), None, 1234.5])
    book.active.append([2, "C", "02.01.2024", None, "1.234,50"])
    book.save(door.landing / "i.xlsx")
    door.mapping("i.xlsx", "    date_format: '%d.%m.%Y'\n    number: {decimal: ',', thousands: '.'}\n")
    load = door.land_one()
    assert door.quarantined(load) == []
    assert door.rows(load, "issue_date, amount") == [("2024-01-02", "1234.5"), ("2024-01-02", "1234.50")]


def test_a_workbook_that_counts_days_from_1904(door: Door) -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(HEADER.strip().split(","))
    book.active.append([1, "C", date(2024, 1, 2), None, 1])
    book.save(door.landing / "i.xlsx")
    door.mapping("i.xlsx")
    assert door.rows(door.land_one(), "issue_date") == [("2024-01-02",)]


def test_jsonl_reaches_into_declared_objects_only(door: Door) -> None:
    door.put(
        "mapping.yml",
        "version: 1\nfiles:\n  - {file: c.jsonl, entity: customers, columns: {customer_id: id, owner_id: Owner.id}}\n",
    )
    good = '{"id": "A", "Owner": {"id": 7, "name": "n"}}\n{"id": "B"}\n'
    door.put(
        "c.jsonl",
        good * 1 + '{"id": "C", "Owner": null}\n{"id": {"x": 1}}\n{"id": "D", "Owner": {"id": 8}}\n',
    )
    load = door.land_one()
    assert door.rows(load, "customer_id, owner_id") == [("A", "7"), ("B", None), ("C", None), ("D", "8")]
    assert door.quarantined(load) == [(4, "id", "nested_value")]


def test_timestamps_become_utc(door: Door) -> None:
    header = "Record Id,Account Name,Created Time,Modified Time\n"
    door.put("zoho_crm/Accounts.csv", header + "1,A,2024-01-02 08:00:00,2024-01-02T08:00:00-05:00\n")
    load = door.land_one()
    assert door.rows(load, "created_time, modified_time") == [("2024-01-02 00:00:00", "2024-01-02 13:00:00")]


def test_text_is_trimmed_and_in_one_form(door: Door) -> None:
    door.put("zoho_crm/Accounts.csv", "Record Id,Account Name,Industry\n1,\u3000Cafe\u0301 \u00a0,  \n")
    assert door.rows(door.land_one(), "account_name, industry") == [("Caf\u00e9", None)]


def test_moments_of_parquet_go_by_their_zone(door: Door) -> None:
    evening = datetime(2024, 1, 1, 20, 0, tzinfo=UTC)
    arrays = {
        "No": pa.array(["1"]),
        "Customer": pa.array(["C"]),
        "Issued": pa.array([evening], pa.timestamp("us", "UTC")),
        "Due": pa.array([datetime.combine(date(2024, 1, 31), time())], pa.timestamp("us")),
        "Amount": pa.array([0.1 + 0.2]),
    }
    pq.write_table(pa.table(arrays), door.landing / "i.parquet")
    door.mapping("i.parquet")
    # 20:00 UTC is the next day in Shanghai; a double's noise is no digit of an amount.
    assert door.rows(door.land_one(), "issue_date, due_date, amount") == [("2024-01-02", "2024-01-31", "0.3")]


def test_names_as_ids_keep_their_blanks(door: Door) -> None:
    door.put(
        "mapping.yml",
        "version: 1\nfiles:\n  - {file: c.csv, entity: customers, columns: {customer_id: Name}, names_as_ids: Name}\n",
    )
    with pytest.raises(MappingError):
        door.land()
    text = (door.landing / "mapping.yml").read_text()
    door.put("mapping.yml", text.replace("names_as_ids: Name", "names_as_ids: customer_id"))
    door.put("c.csv", "Name\nAcme Corporation\n")
    assert door.rows(door.land_one(), "customer_id") == [("Acme Corporation",)]


def test_the_engine_never_tells_a_row(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: object) -> None:
        raise duckdb.ConversionException("Could not convert string 'Sesam4711'")

    monkeypatch.setattr("orchestration.landing.rows.RowStore._keys", fail)
    door.mapping()
    door.put("invoices.csv", HEADER + "1,C,2024-01-01,,1\n")
    with pytest.raises(CrwError) as caught:
        door.land()
    text = "".join(traceback.format_exception(caught.value))
    assert "Sesam4711" not in text
    assert "ConversionException" in text
