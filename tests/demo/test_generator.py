"""The demo company: reproducible, consistent money, traits that show in the files but are not written into them."""

import csv
import filecmp
import os
import re
import subprocess
import sys
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from scipy.stats import spearmanr

from orchestration.demo import DEMO_AS_OF, DEMO_LANDING, block, demo_as_of, generate
from orchestration.demo.traits import CLASSES
from orchestration.errors import ConfigurationError

Rows = list[dict[str, str]]


def read(path: Path, encoding: str = "utf-8") -> Rows:
    with open(path, encoding=encoding, newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped company without its planted defects, and its traits beside it."""
    folder = tmp_path_factory.mktemp("demo")
    generate(folder / "landing", traits=folder / "traits.csv")
    return folder


@pytest.fixture(scope="module")
def invoices(clean: Path) -> dict[str, dict[str, str]]:
    return {row["Invoice Number"]: row for row in read(clean / "landing/zoho_books/Invoice.csv")}


@pytest.fixture(scope="module")
def payments(clean: Path) -> Rows:
    return read(clean / "landing/zoho_books/Customer_Payment.csv")


@pytest.fixture(scope="module")
def traits(clean: Path) -> Rows:
    return read(clean / "traits.csv")


def files_below(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_shipped_exports_are_what_the_generator_writes(tmp_path: Path) -> None:
    generate(tmp_path / "landing", defects=True)
    names = files_below(tmp_path / "landing")
    assert [name for name in files_below(DEMO_LANDING) if name != "README.md"] == names
    assert filecmp.cmpfiles(tmp_path / "landing", DEMO_LANDING, names, shallow=False)[0] == names
    assert sum((DEMO_LANDING / name).stat().st_size for name in names) < 3_000_000


def test_bytes_do_not_depend_on_the_process(tmp_path: Path) -> None:
    code = "import sys, pathlib, orchestration.demo as demo; demo.generate(pathlib.Path(sys.argv[1]), 40)"
    for hash_seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": f"Etc/GMT+{hash_seed}", "LC_ALL": "C"}
        subprocess.run([sys.executable, "-c", code, str(tmp_path / hash_seed)], check=True, env=environment)
    names = files_below(tmp_path / "1")
    assert filecmp.cmpfiles(tmp_path / "1", tmp_path / "2", names, shallow=False)[0] == names
    generate(tmp_path / "other", 40, seed=7)
    assert filecmp.cmpfiles(tmp_path / "1", tmp_path / "other", ["zoho_books/Invoice.csv"], shallow=False)[1]


def test_blocks_make_one_company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(block, "CUSTOMERS_PER_BLOCK", 50)
    seen: list[tuple[int, int]] = []
    generate(tmp_path / "csv", 120, 1501, progress=lambda done, total: seen.append((done, total)))
    invoices = read(tmp_path / "csv/zoho_books/Invoice.csv")
    assert (
        len({row["Invoice ID"] for row in invoices})
        == len({row["Invoice Number"] for row in invoices})
        == 1501
    )
    payments = read(tmp_path / "csv/zoho_books/Customer_Payment.csv")
    used = [row["InvoicePayment ID"] for row in payments if row["InvoicePayment ID"]]
    assert len(used) == len(set(used))
    accounts = [row["Record Id"] for row in read(tmp_path / "csv/zoho_crm/Accounts.csv")]
    assert len(accounts) == len(set(accounts))
    assert seen[-1] == (120, 120)


def test_money_received_is_applied_or_unused(payments: Rows) -> None:
    applied: dict[str, Decimal] = defaultdict(Decimal)
    for row in payments:
        applied[row["CustomerPayment ID"]] += Decimal(row["Amount Applied to Invoice"] or 0)
        assert (row["Invoice Number"] == "") == (row["InvoicePayment ID"] == "")
    for row in payments:
        assert Decimal(row["Amount"]) == applied[row["CustomerPayment ID"]] + Decimal(row["Unused Amount"])
    assert any(Decimal(row["Unused Amount"]) for row in payments)


def test_balances_follow_from_the_documents(
    clean: Path, invoices: dict[str, dict[str, str]], payments: Rows
) -> None:
    settled: dict[str, Decimal] = defaultdict(Decimal)
    for row in payments:
        if row["Invoice Number"]:
            settled[row["Invoice Number"]] += Decimal(row["Amount Applied to Invoice"])
            settled[row["Invoice Number"]] += Decimal(row["Withholding Tax Amount"])
            assert row["Date"] >= row["Invoice Date"] == invoices[row["Invoice Number"]]["Invoice Date"]
    for row in read(clean / "landing/zoho_books/Credit_Note.csv"):
        if row["Associated Invoice Number"]:
            settled[row["Associated Invoice Number"]] += Decimal(row["Total"])
    for number, row in invoices.items():
        left = Decimal(row["Total"]) - settled[number]
        expected = Decimal(0) if row["Invoice Status"] in ("Draft", "Void") else left
        assert Decimal(row["Balance"]) == expected >= 0
        overdue = expected > 0 and row["Due Date"] < "2026-06-30"
        assert (row["Invoice Status"] == "Overdue") == overdue


def test_lines_add_up_to_their_document(clean: Path, invoices: dict[str, dict[str, str]]) -> None:
    lines: dict[str, Decimal] = defaultdict(Decimal)
    taxes: dict[str, Decimal] = defaultdict(Decimal)
    for row in read(clean / "landing/zoho_books/Invoice.csv"):
        assert Decimal(row["Quantity"]) * Decimal(row["Item Price"]) == Decimal(row["Item Total"])
        lines[row["Invoice Number"]] += Decimal(row["Item Total"])
        taxes[row["Invoice Number"]] += Decimal(row["Item Tax Amount"])
    for number, row in invoices.items():
        assert lines[number] == Decimal(row["SubTotal"])
        assert lines[number] + taxes[number] == Decimal(row["Total"])


def test_nothing_happens_after_the_last_day(invoices: dict[str, dict[str, str]], payments: Rows) -> None:
    assert DEMO_AS_OF == demo_as_of(DEMO_LANDING) == date(2026, 6, 30)
    days = [row["Invoice Date"] for row in invoices.values()] + [row["Date"] for row in payments]
    assert min(days) >= "2023-07-01"
    assert max(days) <= "2026-06-30"
    assert max(row["Date"] for row in payments) > "2026-06-20"


def late_shares(invoices: dict[str, dict[str, str]], payments: Rows) -> dict[str, float]:
    """Customer -> share of invoices due by the last day that were not fully paid by their due date."""
    paid = {
        row["Invoice Number"]: row["Invoice Payment Applied Date"]
        for row in payments
        if row["Invoice Number"]
    }
    outcomes: dict[str, list[bool]] = defaultdict(list)
    for number, row in invoices.items():
        if row["Invoice Status"] not in ("Draft", "Void") and row["Due Date"] <= "2026-06-30":
            outcomes[row["Customer ID"]].append(paid.get(number, "9999") > row["Due Date"])
    return {customer: sum(late) / len(late) for customer, late in outcomes.items() if len(late) >= 5}


def test_hidden_discipline_shows_in_the_late_share(
    invoices: dict[str, dict[str, str]], payments: Rows, traits: Rows
) -> None:
    shares = late_shares(invoices, payments)
    known = [row for row in traits if row["books_contact_id"] in shares]
    assert len(known) > 150
    hidden = [int(row["late_days"]) for row in known]
    assert spearmanr(hidden, [shares[row["books_contact_id"]] for row in known]).statistic > 0.7
    by_class = {
        name: [shares[row["books_contact_id"]] for row in known if CLASSES[int(row["discipline"])] == name]
        for name in CLASSES
    }
    means = [sum(values) / len(values) for values in by_class.values()]
    assert means == sorted(means)
    assert means[0] < 0.35
    assert means[2] > 0.75


def test_leavers_go_silent_and_disputers_get_credit_notes(
    clean: Path, invoices: dict[str, dict[str, str]], traits: Rows
) -> None:
    last: dict[str, str] = defaultdict(str)
    for row in invoices.values():
        last[row["Customer ID"]] = max(last[row["Customer ID"]], row["Invoice Date"])
    left = [row for row in traits if int(row["leave_day"]) < 1096]
    stayed = [row for row in traits if int(row["leave_day"]) > 1096]
    assert all(last[row["books_contact_id"]] < "2026-04-01" for row in left)
    recent = sum(last[row["books_contact_id"]] > "2026-02-01" for row in stayed)
    assert recent / len(stayed) > 0.9
    notes: dict[str, int] = defaultdict(int)
    for row in read(clean / "landing/zoho_books/Credit_Note.csv"):
        notes[row["Customer ID"]] += 1
    rate = {
        kind: sum(notes[row["books_contact_id"]] for row in traits if (row["dispute"] == "140") == kind)
        / sum((row["dispute"] == "140") == kind for row in traits)
        for kind in (True, False)
    }
    assert rate[True] > 4 * rate[False]


def test_no_trait_is_written_into_an_export(clean: Path) -> None:
    hidden = {"discipline", "late_days", "drift", "fail_day", "leave_day", "fade", "dispute", "late"}
    for path in (clean / "landing").rglob("*.csv"):
        header = (
            path.read_bytes().split(b"\n")[0].decode("cp1252" if path.name == "Limitliste.csv" else "utf-8")
        )
        assert not hidden & {name.lower() for name in re.split("[,;]", header.strip())}


def test_tax_ids_carry_a_right_check_character(clean: Path) -> None:
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    codes = {row["统一社会信用代码"] for row in read(clean / "landing/zoho_crm/Accounts.csv")} - {""}
    assert len(codes) > 150
    for code in codes:
        total = sum(alphabet.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
        assert len(code) == 18
        assert (total + alphabet.index(code[17])) % 31 == 0


def test_people_are_invented(clean: Path) -> None:
    for row in read(clean / "landing/zoho_crm/Contacts.csv"):
        assert re.search(r"@[\w.]+\.example\.(cn|com)$", row["Email"])
        assert re.fullmatch(r"1[3-9]\d0000\d{4}|\+44 7700 900\d{3}|\+1 202 555 01\d{2}", row["Mobile"])


def test_parquet_tells_the_same_company(tmp_path: Path, invoices: dict[str, dict[str, str]]) -> None:
    generate(tmp_path / "pq", format="parquet")
    tables = {path.stem: pq.read_table(path) for path in (tmp_path / "pq/files").glob("*.parquet")}
    assert set(tables) == {"customers", "credit_terms", "invoices", "receipts", "receipt_allocations"}
    total = sum(Decimal(row["Total"]) for row in invoices.values())
    assert pc.sum(tables["invoices"]["amount"]).as_py() == total
    assert str(tables["invoices"].schema.field("amount").type) == "decimal128(18, 2)"
    applied = pc.sum(tables["receipt_allocations"]["amount"]).as_py()
    assert 0 <= pc.sum(tables["receipts"]["amount"]).as_py() - applied < applied / 50
    for child, parent, key in (
        ("invoices", "customers", "customer_id"),
        ("receipts", "customers", "customer_id"),
        ("receipt_allocations", "receipts", "receipt_id"),
        ("receipt_allocations", "invoices", "invoice_id"),
    ):
        known = tables[parent][key].combine_chunks()
        assert len(known.unique()) == len(known)
        assert pc.all(pc.is_in(tables[child][key], known)).as_py()


def test_each_planted_defect_is_documented_and_there() -> None:
    readme = (DEMO_LANDING / "README.md").read_text(encoding="utf-8")
    books = (DEMO_LANDING / "zoho_books/Invoice.csv").read_text(encoding="utf-8")
    for number, mark in (("INV-002392", "2025-02-30"), ("INV-003225", "12O45.l0"), ("INV-003528", "990001")):
        assert number in readme
        assert any(number in line and mark in line for line in books.splitlines())
    missing_due = [row for row in read(DEMO_LANDING / "zoho_books/Invoice.csv") if row["Due Date"] == ""]
    assert [row["Invoice Number"] for row in missing_due] == ["INV-001921"]
    assert "INV-001921" in readme
    payments = (DEMO_LANDING / "zoho_books/Customer_Payment.csv").read_text(encoding="utf-8").splitlines()
    assert payments[-1].startswith("Total,")
    assert payments[-2].startswith("99002,")
    deals = (DEMO_LANDING / "zoho_crm/Deals.csv").read_text(encoding="utf-8").splitlines()
    assert len(deals[248].split(",")) == len(deals[0].split(",")) + 1
    assert "Verbal Commit" in next(line for line in deals if "00299" in line.split(",")[3])
    assert "13900001234" in next(line for line in deals if " 00307 " in line)
    assert "C99003" in (DEMO_LANDING / "zoho_crm/Accounts.csv").read_text(encoding="utf-8")


def test_bad_sizes_and_full_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="0 customers"):
        generate(tmp_path / "a", 0)
    with pytest.raises(ConfigurationError, match="5 invoices"):
        generate(tmp_path / "b", 10, 5)
    (tmp_path / "c").mkdir()
    (tmp_path / "c/mine.csv").write_text("x")
    with pytest.raises(ConfigurationError, match="not empty"):
        generate(tmp_path / "c", 10)
    with pytest.raises(ConfigurationError, match="as_of"):
        demo_as_of(tmp_path)
