"""The demo company: reproducible, in blocks, small, and nothing hidden in what it exports."""

import filecmp
import os
import re
import subprocess
import sys
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from orchestration.demo import DEMO_AS_OF, DEMO_LANDING, block, demo_as_of, generate
from orchestration.demo.traits import Habits, Traits
from orchestration.errors import ConfigurationError
from tests.demo.company import ENCODINGS, files_below, objects, read


def test_shipped_exports_are_what_the_generator_writes(tmp_path: Path) -> None:
    generate(tmp_path / "landing", defects=True)
    names = files_below(tmp_path / "landing")
    assert [name for name in files_below(DEMO_LANDING) if name != "README.md"] == names
    assert filecmp.cmpfiles(tmp_path / "landing", DEMO_LANDING, names, shallow=False)[0] == names
    assert sum((DEMO_LANDING / name).stat().st_size for name in names) < 6_000_000
    assert {name.split("/")[0] for name in names if "/" in name} == {
        "erpnext",
        "files",
        "fxiaoke",
        "zoho_books",
        "zoho_crm",
    }


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
    generate(tmp_path / "csv", 220, 2501, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (220, 220)
    landing = tmp_path / "csv"
    keys = {
        "zoho_crm": {"*": "id", "Accounts": "Record Id", "Contacts": "Record Id"},
        "erpnext": {"*": "name"},
        "files": {
            "debtors": "客户编码",
            "contract_register": "合同编号",
            "contract_milestones": "节点编号",
            "bureau_reports": "Bericht",
            "court_register": "案件编号",
            "care_log": "编号",
            "loyalty_points": "entry",
            "consent_forms": "授权编号",
            "collection_log": "No",
        },
    }
    checked = 0
    for folder, by_file in keys.items():
        for path in sorted((landing / folder).glob("*.?sv")):
            key = by_file.get(path.stem) or by_file.get("*")
            if key:
                values = [row[key] for row in read(path)]
                assert len(values) == len(set(values)), path.name
                checked += 1
    for path in sorted((landing / "fxiaoke").glob("*.jsonl")):
        values = [one["_id"] for one in objects(path)]
        assert len(values) == len(set(values)), path.name
        checked += 1
    assert checked > 40
    payments = read(landing / "zoho_books/Customer_Payment.csv")
    used = [row["InvoicePayment ID"] for row in payments if row["InvoicePayment ID"]]
    assert len(used) == len(set(used))


def test_no_trait_is_written_into_an_export(clean: Path) -> None:
    shown = {"customer", "currency", "terms", "sole_trader"}
    hidden = {field.name for cls in (Traits, Habits) for field in fields(cls)} - shown
    hidden |= {"discipline", "late", "sour", "trait"}
    for path in (clean / "landing").rglob("*.?sv"):
        header = path.read_bytes().split(b"\n")[0].decode(ENCODINGS.get(path.name, "utf-8"))
        assert not hidden & {name.lower() for name in re.split("[,;\t]", header.strip())}, path.name
    for path in (clean / "landing").rglob("*.jsonl"):
        names = {name.lower() for one in objects(path) for name in one}
        assert not hidden & names, path.name


def test_no_export_column_holds_a_trait(clean: Path) -> None:
    # A trait that leaked would stand in some column for many customers, whatever the column is called.
    traits = read(clean / "traits.csv")
    names = (
        "late_days",
        "leave_day",
        "fail_day",
        "sour_day",
        "slip",
        "mood",
        "strength",
        "contact_gap",
        "reply",
    )
    for file, key, of in (
        ("zoho_crm/Accounts.csv", "Record Id", "crm_account_id"),
        ("zoho_books/Contacts.csv", "Contact ID", "books_contact_id"),
        ("files/debtors.csv", "客户编码", "debtor"),
    ):
        hidden = {row[of]: row for row in traits}
        rows = [row for row in read(clean / "landing" / file) if row[key].removeprefix("zcrm_") in hidden]
        assert len(rows) > 100
        for column in rows[0]:
            for name in names:
                same = sum(row[column] == hidden[row[key].removeprefix("zcrm_")][name] for row in rows)
                assert same < len(rows) / 4, (file, column, name)


def test_tax_ids_carry_a_right_check_character(clean: Path) -> None:
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    landing = clean / "landing"
    codes = {row["统一社会信用代码"] for row in read(landing / "zoho_crm/Accounts.csv")}
    codes |= {row["tax_id"] for row in read(landing / "erpnext/Customer.csv")}
    codes |= {one["tax_id"] for one in objects(landing / "fxiaoke/AccountFinInfoObj.jsonl")}
    codes -= {""}
    assert len(codes) > 180
    for code in codes:
        total = sum(alphabet.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
        assert len(code) == 18
        assert (total + alphabet.index(code[17])) % 31 == 0


def test_people_are_invented(clean: Path) -> None:
    landing = clean / "landing"
    people = [(row["Email"], row["Mobile"]) for row in read(landing / "zoho_crm/Contacts.csv")]
    people += [(row["email_id"], row["mobile_no"]) for row in read(landing / "erpnext/Customer.csv")]
    people += [(row["EmailID"], row["MobilePhone"]) for row in read(landing / "zoho_books/Contacts.csv")]
    people += [(one.get("email"), one["mobile1"]) for one in objects(landing / "fxiaoke/ContactObj.jsonl")]
    assert len(people) > 600
    for mail, mobile in people:
        assert not mail or re.search(r"@[\w.]+\.example\.(cn|com)$", mail)
        assert not mobile or re.fullmatch(r"1[3-9]\d0000\d{4}|\+44 7700 900\d{3}|\+1 202 555 01\d{2}", mobile)


def test_the_last_day_is_told(clean: Path) -> None:
    assert DEMO_AS_OF == demo_as_of(DEMO_LANDING) == demo_as_of(clean / "landing") == date(2026, 6, 30)


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
