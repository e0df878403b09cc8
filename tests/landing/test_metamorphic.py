"""The same records written another way give the same marts: through the real door, then through every model."""

import csv
import io
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.landing.door import Door
from tests.landing.landed import build

MAPPING = """version: 1
files:
  - {file: customers*, entity: customers, format: FORMAT, columns: {customer_id: Customer, industry: Branch}}
  - file: invoices*
    entity: invoices
    format: FORMAT
    columns: {invoice_id: No, customer_id: Customer, issue_date: Issued, due_date: Due, currency: Cur, amount: Amount}
  - file: receipts*
    entity: receipts
    format: FORMAT
    columns: {receipt_id: Id, customer_id: Customer, receipt_date: Day, currency: Cur, amount: Amount}
  - file: allocations*
    entity: receipt_allocations
    format: FORMAT
    columns: {allocation_id: Id, receipt_id: Receipt, invoice_id: No, applied_date: Day, amount: Amount}
"""
MARTS = (
    "fct_customer_risk",
    "fct_customer_risk_factors",
    "mart_ar_ageing",
    "mart_customer_tier",
    "mart_portfolio",
    "mart_credit_control",
)
Tables = dict[str, list[dict[str, str]]]


def company() -> Tables:
    """Eight customers, 120 invoices over a year and a half, of which they paid some, in two currencies."""
    dice = random.Random(5)
    tables: Tables = {"customers": [], "invoices": [], "receipts": [], "allocations": []}
    for number in range(8):
        tables["customers"].append({"Customer": f"K{number}", "Branch": dice.choice(["Steel", "Food"])})
    for number in range(120):
        month, customer = number % 18, f"K{number % 8}"
        issued = f"{2025 + month // 12}-{month % 12 + 1:02d}-{dice.randint(1, 9):02d}"
        due, paid = issued[:-2] + "25", issued[:-2] + str(dice.randint(20, 28))
        amount = f"{dice.randint(100, 900_000) / 100:.2f}"
        currency = "USD" if number % 11 == 0 else "CNY"
        invoice = {"No": f"I{number}", "Customer": customer, "Issued": issued, "Due": due}
        tables["invoices"].append(invoice | {"Cur": currency, "Amount": amount})
        if dice.random() < 0.6 and number % 18 < 16:
            receipt = {
                "Id": f"R{number}",
                "Customer": customer,
                "Day": paid,
                "Cur": currency,
                "Amount": amount,
            }
            tables["receipts"].append(receipt)
            link = {"Id": f"L{number}", "Receipt": f"R{number}", "No": f"I{number}", "Day": paid}
            tables["allocations"].append(link | {"Amount": amount})
    return tables


def as_csv(rows: list[dict[str, str]]) -> bytes:
    """Comma-separated, the first row's keys as header."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def as_jsonl(rows: list[dict[str, str]]) -> bytes:
    """One object a line."""
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def as_parquet(rows: list[dict[str, str]]) -> bytes:
    """All columns as text."""
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), stream)
    return stream.getvalue()


WRITERS: dict[str, Callable[[list[dict[str, str]]], bytes]] = {
    "csv": as_csv,
    "jsonl": as_jsonl,
    "parquet": as_parquet,
}


def put(door: Door, tables: Tables, kind: str = "csv") -> None:
    """Write the mapping and one file for each table; `kind` is the format of all."""
    door.put("mapping.yml", MAPPING.replace("FORMAT", kind))
    for name, rows in tables.items():
        door.put(f"{name}.{kind}", WRITERS[kind](rows))


def marts(door: Door) -> dict[str, list[tuple]]:
    """Land, build, and read the marts in the order of all their columns."""
    result = build(door, MARTS)
    return {
        name: [tuple(row.values()) for row in result.rows(f"from marts.{name} order by all")]
        for name in MARTS
    }


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory, protector: Any) -> dict[str, list[tuple]]:
    """The marts of the company as it is."""
    folder: Path = tmp_path_factory.mktemp("usual")
    for name in ("landing", "warehouse"):
        (folder / name).mkdir()
    door = Door(folder / "landing", folder / "warehouse", protector)
    put(door, company())
    found = marts(door)
    assert all(found.values())
    assert len(found["mart_customer_tier"]) == 8
    return found


def shuffled_rows(door: Door) -> None:
    """Every table in another order."""
    tables = company()
    for name, rows in tables.items():
        random.Random(name).shuffle(rows)
    put(door, tables)


def shuffled_columns(door: Door) -> None:
    """Every table with its columns the other way round."""
    put(door, {name: [dict(reversed(row.items())) for row in rows] for name, rows in company().items()})


def split_files(door: Door) -> None:
    """Each table in two files."""
    put(door, company())
    for name, rows in company().items():
        half = len(rows) // 3
        door.put(f"{name}.csv", as_csv(rows[:half]))
        door.put(f"{name}_2.csv", as_csv(rows[half:]))


def a_bad_row_more(door: Door) -> None:
    """A row in each table of documents that is quarantined, in the middle of the good ones."""
    tables = company()
    for name, column in (("invoices", "Issued"), ("receipts", "Amount"), ("allocations", "Day")):
        bad = tables[name][7] | {column: "never"}
        bad[next(iter(bad))] = "X1"
        tables[name].insert(9, bad)
    put(door, tables)
    assert sum(load.rows_quarantined for load in door.land().loads) == 3


def a_row_twice(door: Door) -> None:
    """A document that stands in its file twice."""
    tables = company()
    tables["invoices"].append(tables["invoices"][3])
    put(door, tables)


def as_objects(door: Door) -> None:
    """JSON lines in the place of CSV."""
    put(door, company(), "jsonl")


def as_columns(door: Door) -> None:
    """Parquet in the place of CSV."""
    put(door, company(), "parquet")


@pytest.mark.parametrize(
    "written",
    [shuffled_rows, shuffled_columns, split_files, a_bad_row_more, a_row_twice, as_objects, as_columns],
    ids=lambda written: written.__name__,
)
def test_the_same_marts(door: Door, usual: dict[str, list[tuple]], written: Callable[[Door], None]) -> None:
    written(door)
    assert marts(door) == usual


def test_one_cent_more_is_another_mart(door: Door, usual: dict[str, list[tuple]]) -> None:
    tables = company()
    row = next(row for row in tables["invoices"] if row["No"] == "I119")
    row["Amount"] = str(float(row["Amount"]) + 0.01)
    put(door, tables)
    assert marts(door) != usual
