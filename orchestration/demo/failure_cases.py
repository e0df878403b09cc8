"""Bad exports, one defect each: what breaks, and what the refusal must say."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

BOOKS, CRM, ERPNEXT, FXIAOKE, FILES = "zoho_books", "zoho_crm", "erpnext", "fxiaoke", "files"


@dataclass(frozen=True)
class Case:
    """One bad export. `break_it` edits a good landing folder; `says` are words the message must hold."""

    name: str
    file: str
    break_it: Callable[[Path], None]
    exit_code: int
    says: tuple[str, ...]


def _replace_in_header(old: str, new: str) -> Callable[[Path], None]:
    def edit(path: Path) -> None:
        header, rest = path.read_text(encoding="utf-8").split("\n", 1)
        names = [new if name == old else name for name in header.split(",")]
        if names == header.split(","):
            raise LookupError(f"{path.name} has no header {old}")
        path.write_text(",".join(names) + "\n" + rest, encoding="utf-8")

    return edit


def _drop_column(name: str) -> Callable[[Path], None]:
    def edit(path: Path) -> None:
        rows = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()]
        at = rows[0].index(name)
        path.write_text("".join(",".join(row[:at] + row[at + 1 :]) + "\n" for row in rows), encoding="utf-8")

    return edit


def _to_gbk(path: Path) -> None:
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))


def _header_only(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8").split("\n", 1)[0] + "\n", encoding="utf-8")


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _binary(path: Path) -> None:
    content = path.read_bytes()
    middle = content.index(b"\n", len(content) // 2) + 1
    path.write_bytes(content[:middle] + b"\x00" * 64 + content[middle:])


def _cut_columns(path: Path) -> None:
    """Every other row loses its last two cells, as after an edit in a spreadsheet."""
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    cut = [row.rsplit(",", 2)[0] if at % 2 else row for at, row in enumerate(rows)]
    path.write_text("\n".join([header, *cut]) + "\n", encoding="utf-8")


def _american_dates(path: Path) -> None:
    """Due dates as MM/DD/YYYY: a spreadsheet saved the export again."""
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    at = header.split(",").index("Due Date")
    changed = []
    for row in rows:
        cells = row.split(",")
        year, month, day = cells[at].split("-")
        cells[at] = f"{month}/{day}/{year}"
        changed.append(",".join(cells))
    path.write_text("\n".join([header, *changed]) + "\n", encoding="utf-8")


def _currency_without_rate(path: Path) -> None:
    """One invoice in a currency that neither the file nor the rule tables know a rate for."""
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    names = header.split(",")
    number, currency, rate = (
        names.index(name) for name in ("Invoice Number", "Currency Code", "Exchange Rate")
    )
    first = rows[0].split(",")[number]
    changed = []
    for row in rows:
        cells = row.split(",")
        if cells[number] == first:
            cells[currency], cells[rate] = "THB", ""
        changed.append(",".join(cells))
    path.write_text("\n".join([header, *changed]) + "\n", encoding="utf-8")


def _misspell(old: str, new: str) -> Callable[[Path], None]:
    def edit(path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        if old not in text:
            raise LookupError(f"{path.name} does not hold {old}")
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def _one_array(path: Path) -> None:
    """Objects saved as one JSON array instead of one a line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")


def _half(path: Path) -> None:
    """The first half of the rows: a transfer that broke off between two lines."""
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([header, *rows[: len(rows) // 2]]) + "\n", encoding="utf-8")


INVOICE, PAYMENT = f"{BOOKS}/Invoice.csv", f"{BOOKS}/Customer_Payment.csv"
CASES = (
    Case("column missing", INVOICE, _drop_column("Total"), 1, ("Invoice.csv", "Total")),
    Case(
        "column renamed",
        PAYMENT,
        _replace_in_header("CustomerID", "Client"),
        1,
        ("Customer_Payment.csv", "CustomerID"),
    ),
    Case("GBK bytes in a UTF-8 file", f"{BOOKS}/Contacts.csv", _to_gbk, 1, ("Contacts.csv", "line")),
    Case("header only", INVOICE, _header_only, 1, ("Invoice.csv",)),
    Case("half of the rows", INVOICE, _half, 1, ("Run held", "Invoice.csv", "rows/full", "crw hold release")),
    Case("empty file", f"{CRM}/Deals.csv", _empty, 1, ("Deals.csv",)),
    Case("NUL bytes", f"{BOOKS}/Credit_Note.csv", _binary, 1, ("Credit_Note.csv", "line")),
    Case("rows cut short", PAYMENT, _cut_columns, 1, ("Customer_Payment.csv",)),
    Case("dates in another format", INVOICE, _american_dates, 1, ("Invoice.csv", "Due Date")),
    Case(
        "one header twice",
        f"{CRM}/Accounts.csv",
        _replace_in_header("Phone", "Website"),
        1,
        ("Accounts.csv", "line 1", "13 and 14"),
    ),
    Case(
        "currency without a rate",
        INVOICE,
        _currency_without_rate,
        1,
        ("Invoice.csv", "missing_exchange_rate"),
    ),
    Case(
        "ledger without its column of entries taken back",
        f"{ERPNEXT}/Payment Ledger Entry.csv",
        _drop_column("delinked"),
        1,
        ("Payment Ledger Entry.csv", "delinked"),
    ),
    Case("objects in one array", f"{FXIAOKE}/SalesOrderObj.jsonl", _one_array, 1, ("SalesOrderObj.jsonl",)),
    Case(
        "list in another encoding",
        f"{FILES}/mapping.yml",
        _misspell("cp1252", "utf-8"),
        1,
        ("Limitliste.csv",),
    ),
    Case(
        "mapping: unknown column",
        f"{FILES}/mapping.yml",
        _misspell("credit_limit", "kredit_limit"),
        2,
        ("mapping.yml", "kredit_limit", "credit_limit", "line 12"),
    ),
    Case(
        "mapping: unknown entity",
        f"{FILES}/mapping.yml",
        _misspell("entity: credit_terms", "entity: limits"),
        2,
        ("mapping.yml", "line 5"),
    ),
    Case(
        "mapping: unknown meaning",
        f"{FILES}/mapping.yml",
        _misspell("kC4pR8vT2: closed", "kC4pR8vT2: clsoed"),
        2,
        ("mapping.yml", "a meaning of status", 'did you mean "closed"'),
    ),
    Case(
        "mapping: broken YAML",
        f"{FILES}/mapping.yml",
        _misspell("columns:", "columns: ["),
        2,
        ("mapping.yml", "line"),
    ),
)
