"""The catalogue of bad input: each ends in a refused file or a quarantined row, with its place and no value."""

import warnings
import zipfile
from datetime import date
from io import BytesIO

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.landing.limits import Limits
from orchestration.landing.reasons import reasons
from tests.landing.door import HEADER, RULES, Door

GOOD = "1,C,2024-01-01,2024-01-31,10.00\n2,C,2024-01-02,2024-02-01,20.00\n3,D,2024-01-03,2024-02-02,30.00\n"
SECRET = "Sesam4711"
_WIDE = ",".join(["x"] * 5)

REFUSED = {
    "no byte": (b"", "empty", None),
    "only blank lines": ("\n\n\n", "empty", None),
    "header only": (HEADER, "header_only", None),
    "header without its newline": (HEADER.strip(), "header_only", None),
    "another encoding": (HEADER.encode() + b"1,\xbf\xcd\xbb\xa7,2024-01-01,,1\n", "undecodable", 2),
    "cut inside a character": ((HEADER + "1,客").encode()[:-1], "undecodable", 2),
    "utf-16 as utf-8": ((HEADER + GOOD).encode("utf-16"), "undecodable", 1),
    "NUL": (HEADER + "1,C,2024-01-01,,1\n2,\x00,2024-01-01,,1\n", "nul_byte", 3),
    "title above the header": (f"Open items {SECRET}\n" + HEADER + GOOD, "header_mismatch", 1),
    "title as wide as the header": (f"{SECRET},a,b,c,d\n" + HEADER + GOOD, "header_mismatch", 1),
    "no header": (GOOD, "header_mismatch", 1),
    "renamed column": (HEADER.replace("Amount", "Amount CNY") + GOOD, "header_mismatch", 1),
    "other delimiter": ((HEADER + GOOD).replace(",", ";"), "header_mismatch", 1),
    "same column twice": (HEADER.replace("Due", "No") + GOOD, "duplicate_header", 1),
    "undeclared column": (HEADER.strip() + ",Extra\n1,C,2024-01-01,,1,z\n", "undeclared_column", 1),
    "column without a name": (HEADER.strip() + ",\n1,C,2024-01-01,,1,\n", "undeclared_column", 1),
    "second header in another order": (
        HEADER + GOOD + "Customer,No,Issued,Due,Amount\nC,9,2024-01-01,,1\n",
        "header_repeated",
        5,
    ),
    "quote never closed": (
        HEADER + GOOD + f'4,"{SECRET},2024-01-01,,1\n5,C,2024-01-01,,1\n',
        "unreadable",
        6,
    ),
    "text after a quote": (HEADER + f'1,"C"{SECRET},2024-01-01,,1\n', "unreadable", 2),
    "a cell beyond every measure": (
        HEADER + GOOD + "4," + "x" * (1 << 20) + "x,2024-01-01,,1\n",
        "text_too_long",
        5,
    ),
    "every row bad": (HEADER + f"1,C,{SECRET},,1\n2,C,2024-13-01,,1\n", "too_many_bad_rows", 2),
}

QUARANTINED = {
    "footer": ("Total,,,,60.00\n", ("Customer", "missing_value")),
    "footer in words": (f"Total of {SECRET},,,,60.00\n", ("No", "bad_id")),
    "narrow footer": ("Total,60.00\n", (None, "field_count")),
    "wide row": (f"4,C,2024-01-01,,1,{SECRET}\n", (None, "field_count")),
    "header again": (HEADER, (None, "header_repeated")),
    "bad date": (f"4,C,{SECRET},,1\n", ("Issued", "bad_date")),
    "bad amount": (f"4,C,2024-01-01,,{SECRET}\n", ("Amount", "bad_number")),
    "missing amount": ("4,C,2024-01-01,,\n", ("Amount", "missing_value")),
    "blank id": (" \t,C,2024-01-01,,1\n", ("No", "missing_value")),
    "id in scientific notation": ("1.23E+18,C,2024-01-01,,1\n", ("No", "bad_id")),
    "id with a blank": (f"4 {SECRET},C,2024-01-01,,1\n", ("No", "bad_id")),
    "id with a zero-width blank": ("4\u200b,C,2024-01-01,,1\n", ("No", "bad_id")),
    "id without end": ("9" * 300 + ",C,2024-01-01,,1\n", ("No", "bad_id")),
    "same key": ("1,D,2024-01-05,,99\n", ("No", "duplicate_key")),
    "first failing column wins": (f"4,C,{SECRET},{SECRET},{SECRET}\n", ("Issued", "bad_date")),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_file(door: Door, case: str) -> None:
    content, reason, line = REFUSED[case]
    door.mapping()
    door.put("invoices.csv", content)
    delivery = door.land()
    (load,) = delivery.loads
    assert load.status == "refused"
    assert load.refusal is not None
    assert (load.refusal.reason_code, load.refusal.line) == (reason, line)
    assert load.refusal.message.startswith("invoices.csv")
    assert load.refusal.way_out
    assert reason in reasons()
    assert SECRET not in delivery.model_dump_json()
    kinds = [kind for kind in ("raw", "quarantine", "vault") if (door.warehouse / kind).exists()]
    assert kinds == []
    assert list((door.warehouse / "builds").iterdir()) == []


@pytest.mark.parametrize("case", QUARANTINED)
def test_quarantined_row(door: Door, case: str) -> None:
    row, (column, reason) = QUARANTINED[case]
    door.mapping()
    door.put("invoices.csv", HEADER + GOOD + row)
    load = door.land_one()
    assert load.status == "loaded", load.refusal
    assert door.quarantined(load) == [(5, column, reason)]
    assert (load.rows_in_file, load.rows_loaded, load.rows_quarantined) == (4, 3, 1)
    assert [s.sum for s in load.control_sums] == ["60.000000"]
    assert load.quarantine_path
    assert SECRET.encode() not in (door.warehouse / load.quarantine_path).read_bytes()
    assert reason in reasons()


@pytest.mark.rules("landing_limits", "max_text_length/*")
@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("Industry", "a\x07b", "control_character"),
        ("Industry", "a\ufffdb", "replacement_character"),
        ("Industry", "x" * 4001, "text_too_long"),
        ("Currency", "Yuan", "bad_currency"),
        ("Record Id", "A1", "bad_id"),
        ("Created Time", "yesterday", "bad_timestamp"),
        ("Annual Revenue", "much", "bad_number"),
    ],
)
def test_quarantined_cell_of_a_known_system(door: Door, column: str, cell: str, reason: str) -> None:
    names = ["Record Id", "Account Name", "Industry", "Currency", "Created Time", "Annual Revenue"]
    good = dict(zip(names, ["1", "A", "Steel", "CNY", "2024-01-01 00:00:00", "5"], strict=True))
    bad = good | {"Record Id": "2", column: cell}
    third = good | {"Record Id": "3"}
    lines = [",".join(names), *(",".join(row.values()) for row in (good, bad, third))]
    door.put("zoho_crm/Accounts.csv", "\n".join(lines) + "\n")
    assert door.quarantined(door.land_one()) == [(3, column, reason)]


def test_unmapped_value_has_no_catch_all(door: Door) -> None:
    door.mapping("i.csv", "    values: {status: {Open: issued, Cancelled: void}}\n")
    text = (
        (door.landing / "mapping.yml")
        .read_text()
        .replace("      amount: Amount\n", "      amount: Amount\n      status: State\n")
    )
    door.put("mapping.yml", text)
    header, rows = HEADER.strip() + ",State\n", GOOD.strip().split("\n")
    door.put("i.csv", header + f"{rows[0]},Open\n{rows[1]},Cancelled\n{rows[2]},open\n")
    load = door.land_one()
    assert door.rows(load, "status") == [("issued",), ("void",)]
    assert door.quarantined(load) == [(4, "State", "unmapped_value")]


def test_an_invoice_not_yet_paid_is_no_bad_receipt(door: Door) -> None:
    door.mapping(
        more="    derive:\n      - entity: receipts\n"
        "        columns: {receipt_id: No, customer_id: Customer, receipt_date: Due, amount: Amount}\n"
        "        constants: {currency: CNY}\n        where_present: receipt_date\n"
    )
    paid = "1,C,2024-01-01,2024-01-05,1\n2,C,2024-01-01,2024-01-05,1\n"
    door.put("invoices.csv", HEADER + paid + "3,C,2024-01-01,,1\n4,C,2024-01-01,,oops\n")
    invoices, receipts = door.land().loads
    assert (receipts.rows_loaded, receipts.rows_filtered, receipts.rows_quarantined) == (2, 2, 0)
    assert door.quarantined(invoices) == [(5, "Amount", "bad_number")]


def test_utf8_declared_as_another_encoding_is_no_mojibake(door: Door) -> None:
    door.mapping(more="    encoding: gb18030\n")
    door.put("invoices.csv", HEADER + "1,上海钢铁有限公司,2024-01-01,,1\n")
    load = door.land_one()
    assert load.refusal is not None
    assert load.refusal.reason_code == "undecodable"


@pytest.mark.rules("landing_limits", "max_bad_row_share/*", "min_bad_rows/*")
def test_share_of_bad_rows(door: Door) -> None:
    door.limits = Limits({("max_bad_row_share", "*"): 0.05, ("min_bad_rows", "*"): 2})
    door.mapping()
    bad = "".join(f"b{i},C,never,,1\n" for i in range(3))
    door.put("invoices.csv", HEADER + "".join(f"{i},C,2024-01-01,,1\n" for i in range(56)) + bad)
    load = door.land_one()
    assert load.refusal is not None
    assert load.refusal.reason_code == "too_many_bad_rows"
    assert load.refusal.message == (
        "invoices.csv, line 58, column Issued: 3 of 59 rows do not load; "
        "the first: bad_date, expected a date as %Y-%m-%d."
    )
    door.put("invoices.csv", HEADER + "".join(f"{i},C,2024-01-01,,1\n" for i in range(57)) + bad)
    assert door.land_one().rows_quarantined == 3


@pytest.mark.rules("landing_limits", "max_bad_row_share_of_few/*")
@pytest.mark.parametrize(("good", "is_refused"), [(3, False), (2, True)])
def test_most_rows_bad_is_a_wrong_format_however_short_the_file(
    door: Door, good: int, is_refused: bool
) -> None:
    door.limits = Limits.load(RULES)
    door.mapping()
    rows = "".join(f"{number},C,2024-01-0{number + 1},,1\n" for number in range(good))
    door.put("invoices.csv", HEADER + rows + "".join(f"b{n},C,13/25/2024,,1\n" for n in range(3)))
    load = door.land_one()
    assert (load.status == "refused") is is_refused


def _workbook(rows: list[list[object]], title: str = "S") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _head() -> list[object]:
    return list(HEADER.strip().split(","))


def test_xlsx_cells(door: Door) -> None:
    door.mapping("i.xlsx")
    good: list[list[object]] = [[n, "C", "2024-01-01", None, 1.5] for n in range(1, 6)]
    rows = [
        _head(),
        *good,
        [6, "C", "2024-01-01", None, "#DIV/0!"],
        [7, "C", "2024-01-01", None, "=1+1"],
        [1234567890123456789012.0, "C", "2024-01-01", None, 1],
        [],
        [9, "C", "2024-01-01", None, 1, "beyond"],
    ]
    door.put("i.xlsx", _workbook(rows))
    load = door.land_one()
    assert load.rows_loaded == 5
    assert load.rows_in_file == 9
    assert door.quarantined(load) == [
        (7, "Amount", "error_cell"),
        (8, "Amount", "formula_without_value"),
        (9, "No", "bad_id"),
        (11, None, "field_count"),
    ]


def test_a_day_no_spreadsheet_has_is_an_error_cell_and_nobody_warns_of_its_value(door: Door) -> None:
    door.mapping("i.xlsx")
    good: list[list[object]] = [[n, "C", date(2024, 1, n), None, 1.5] for n in (1, 2, 3)]
    content, changed = _workbook([_head(), *good]), BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"<v>45293</v>", b"<v>47110815</v>"))
    door.put("i.xlsx", changed.getvalue())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        load = door.land_one()
    assert door.quarantined(load) == [(3, "Issued", "error_cell")]


def test_xlsx_refusals(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    cases: list[tuple[bytes, str]] = [
        (_workbook([["Open items"], _head(), [1, "C", "2024-01-01", None, 1]]), "header_mismatch"),
        (_workbook([_head()]), "header_only"),
        (_workbook([]), "empty"),
        (b"PK\x03\x04 not a zip", "unreadable"),
        ((HEADER + GOOD).encode(), "unreadable"),
        (_workbook([_head()])[:-200], "unreadable"),
    ]
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("hello.txt", "x")
    cases.append((stream.getvalue(), "unreadable"))
    door.mapping("i.xlsx")
    for content, reason in cases:
        door.put("i.xlsx", content)
        refusal = door.land_one().refusal
        assert refusal is not None
        assert refusal.reason_code == reason
    door.mapping("i.xlsx", "    sheet: Missing\n")
    door.put("i.xlsx", _workbook([_head(), [1, "C", "2024-01-01", None, 1]]))
    refusal = door.land_one().refusal
    assert refusal is not None
    assert refusal.reason_code == "sheet_missing"
    monkeypatch.setattr("orchestration.landing.readers.xlsx.MAX_UNCOMPRESSED_BYTES", 100)
    refusal = door.land_one().refusal
    assert refusal is not None
    assert refusal.reason_code == "too_large"


@pytest.mark.parametrize(
    ("content", "reason", "line"),
    [
        ('{"No": "1"}\n{"No": \n', "unreadable", 2),
        ('{"No": "1"}\n[1]\n', "unreadable", 2),
        ('{"No": "1", "No": "2"}\n', "unreadable", 1),
        ('{"No": NaN}\n', "unreadable", 1),
        ('{"No": "1", "Customer": "C"}\n', "header_mismatch", 1),
        ('{"No": "1", "Extra": "C"}\n', "undeclared_column", 1),
        ("\n", "header_only", None),
        ('{"No": "\\ud800", "Customer": "C"}\n', "undecodable", 1),
    ],
)
def test_jsonl_refusals(door: Door, content: str, reason: str, line: int | None) -> None:
    door.mapping("i.jsonl")
    door.put("i.jsonl", content)
    refusal = door.land_one().refusal
    assert refusal is not None
    assert (refusal.reason_code, refusal.line) == (reason, line)


def test_parquet_refusals(door: Door) -> None:
    stream = BytesIO()
    names = HEADER.strip().split(",")
    pq.write_table(pa.table([["1"], [["C"]], ["2024-01-01"], [None], ["1"]], names=names), stream)
    door.mapping("i.parquet")
    for content, reason in [
        (stream.getvalue(), "unsupported_type"),
        (stream.getvalue()[:-50], "unreadable"),
        ((HEADER + GOOD).encode(), "unreadable"),
    ]:
        door.put("i.parquet", content)
        refusal = door.land_one().refusal
        assert refusal is not None
        assert refusal.reason_code == reason


def test_link_out_of_the_folder_is_refused(door: Door) -> None:
    outside = door.put("../outside.csv", HEADER + GOOD)
    door.mapping()
    (door.landing / "invoices.csv").symlink_to(outside)
    refusal = door.land_one().refusal
    assert refusal is not None
    assert refusal.reason_code == "outside_folder"
