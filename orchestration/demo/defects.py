"""The handful of real-life defects in the shipped exports; seeds/demo/README.md says what becomes of each."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Row = list[str]
Object = dict[str, Any]


def plant(out: Path) -> None:
    """Edit generated csv exports in place. Raises LookupError when a row to damage is not there."""
    _edit(out / "zoho_books" / "Invoice.csv", _damage_invoices)
    _edit(out / "zoho_books" / "Customer_Payment.csv", _damage_payments)
    _edit(out / "zoho_crm" / "Deals.csv", _damage_deals)
    _edit(out / "zoho_crm" / "Accounts.csv", _damage_accounts)
    _edit(out / "zoho_crm" / "Cases.csv", _damage_cases)
    _edit(out / "erpnext" / "Customer.csv", _damage_customers)
    _edit(out / "files" / "contract_milestones.csv", _damage_milestones, "gb18030")
    _edit_objects(out / "fxiaoke" / "SalesOrderObj.jsonl", _damage_orders)
    _edit_objects(out / "fxiaoke" / "ActiveRecordObj.jsonl", _damage_records)
    _edit_objects(out / "files" / "survey_answers.jsonl", _damage_answers)


def _edit_objects(path: Path, damage: Callable[[list[Object]], None]) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    objects = [json.loads(line) for line in lines]
    before = [dict(one) for one in objects]
    damage(objects)
    changed = [
        line if new == old else json.dumps(new, ensure_ascii=False, separators=(",", ":"))
        for line, old, new in zip(lines, before, objects, strict=True)
    ]
    path.write_text("\n".join(changed) + "\n", encoding="utf-8", newline="")


def _edit(path: Path, damage: Callable[[Row, list[Row]], list[Row]], encoding: str = "utf-8") -> None:
    with open(path, encoding=encoding, newline="") as handle:
        header, *rows = csv.reader(handle)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(damage(header, rows))
    path.write_text(text.getvalue(), encoding=encoding, newline="")


def _find(rows: list[Any], start: int, fits: Callable[[int], bool]) -> int:
    for at in range(start, len(rows)):
        if fits(at):
            return at
    raise LookupError(f"no row to damage from row {start} on: generate more invoices")


def _damage_invoices(header: Row, rows: list[Row]) -> list[Row]:
    """A date that does not exist, an amount with letters, an invoice twice, a missing due date."""
    column = {name: at for at, name in enumerate(header)}
    number, status = column["Invoice Number"], column["Invoice Status"]
    lines: dict[str, int] = {}
    for row in rows:
        lines[row[number]] = lines.get(row[number], 0) + 1

    def single(wanted: str) -> Callable[[int], bool]:
        # Single-line and unpaid, so that no payment loses its invoice with it.
        return lambda at: rows[at][status] == wanted and lines[rows[at][number]] == 1

    share = len(rows) // 10
    bad_date = _find(rows, share * 6, single("Overdue"))
    rows[bad_date][column["Invoice Date"]] = "2025-02-30"
    bad_amount = _find(rows, share * 8, single("Overdue"))
    rows[bad_amount][column["Total"]] = "12O45.l0"
    no_due = _find(rows, share * 5, single("Closed"))
    rows[no_due][column["Due Date"]] = ""
    twice = _find(rows, share * 9, single("Sent"))
    copy = list(rows[twice])
    copy[column["Invoice ID"]] = copy[column["Invoice ID"]][:-6] + "990001"
    return [*rows[: twice + 1], copy, *rows[twice + 1 :]]


def _damage_payments(header: Row, rows: list[Row]) -> list[Row]:
    """A payment of an invoice that does not exist, and a totals row at the end."""
    column = {name: at for at, name in enumerate(header)}
    orphan = list(rows[_find(rows, len(rows) * 7 // 10, lambda at: rows[at][column["Invoice Number"]] != "")])
    for name in ("CustomerPayment ID", "InvoicePayment ID"):
        orphan[column[name]] = orphan[column[name]][:-6] + "990002"
    for name in ("Amount", "Amount Applied to Invoice"):
        orphan[column[name]] = "8800.00"
    orphan[column["Payment Number"]], orphan[column["Unused Amount"]] = "99002", "0.00"
    orphan[column["Invoice Number"]], orphan[column["Invoice Date"]] = "INV-999999", ""
    footer = [""] * len(header)
    footer[0], footer[column["Amount"]] = "Total", "99999999.00"
    return [*rows, orphan, footer]


def _damage_deals(header: Row, rows: list[Row]) -> list[Row]:
    """A comma nobody quoted, a stage nobody mapped, a mobile number in a name."""
    column = {name: at for at, name in enumerate(header)}
    name, stage = column["Deal_Name"], column["Stage"]
    is_open = lambda at: not rows[at][stage].startswith("Closed")  # noqa: E731
    comma = _find(rows, len(rows) * 2 // 10, is_open)
    rows[comma][name : name + 1] = ["备件 spare parts", " 二期"]
    unmapped = _find(rows, comma + 1, is_open)
    rows[unmapped][stage] = "Verbal Commit"
    mobile = _find(rows, unmapped + 1, is_open)
    rows[mobile][name] += " 联系 13900001234"
    return rows


def _damage_accounts(header: Row, rows: list[Row]) -> list[Row]:
    """A branch entered as a second account under the tax id of its company: which one pays cannot be told."""
    column = {name: at for at, name in enumerate(header)}
    tax_id, kind = column["统一社会信用代码"], column["Ownership"]
    at = _find(rows, len(rows) // 2, lambda at: bool(rows[at][tax_id]) and rows[at][kind] != "个体工商户")
    branch = list(rows[at])
    branch[column["Record Id"]] = branch[column["Record Id"]][:-6] + "990003"
    branch[column["Account Name"]] += "第二分公司"
    branch[column["Account Number"]] = "C99003"
    return [*rows, branch]


def _damage_cases(header: Row, rows: list[Row]) -> list[Row]:
    """A complaint closed a month before it was opened."""
    column = {name: at for at, name in enumerate(header)}
    kind, closed = column["Type"], column["Closed_Time"]
    wanted = lambda at: rows[at][kind] == "Complaint" and rows[at][closed] != ""  # noqa: E731
    row = rows[_find(rows, len(rows) // 3, wanted)]
    opened = row[column["Created_Time"]]
    year, month = int(opened[:4]), int(opened[5:7])
    row[closed] = f"{year - (month == 1)}-{(month - 2) % 12 + 1:02d}-01{opened[10:]}"
    return rows


def _damage_customers(header: Row, rows: list[Row]) -> list[Row]:
    """A tax id mistyped in its last character."""
    tax_id = header.index("tax_id")
    row = rows[_find(rows, len(rows) // 4, lambda at: rows[at][tax_id] != "")]
    row[tax_id] = row[tax_id][:-1] + ("A" if row[tax_id][-1] != "A" else "B")
    return rows


def _damage_milestones(header: Row, rows: list[Row]) -> list[Row]:
    """A milestone of a contract that is not in the register."""
    number, contract = header.index("节点编号"), header.index("合同编号")
    row = list(rows[len(rows) // 2])
    row[number], row[contract] = "HT2025-990004-01-01", "HT2025-990004-01"
    return [*rows, row]


def _damage_orders(orders: list[Object]) -> None:
    """An order state that nobody mapped."""
    orders[_find(orders, len(orders) // 2, lambda at: orders[at]["life_status"] == "normal")][
        "order_status"
    ] = "pN3wQ8sT5"


def _damage_records(records: list[Object]) -> None:
    """A follow-up whose time is in seconds, not milliseconds."""
    records[len(records) // 2]["create_time"] //= 1000


def _damage_answers(answers: list[Object]) -> None:
    """A recommendation of 11 on the scale from 0 to 10."""
    scored = lambda at: answers[at]["question"] == "recommend" and "score" in answers[at]  # noqa: E731
    answers[_find(answers, len(answers) // 2, scored)]["score"] = 11
