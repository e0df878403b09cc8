"""Invented personal values, each like no other, planted in every kind of place of a landing folder.

What no detector can know (a bare name, a mobile or a card with a slip in it, an address) is planted where the column
says what it is, in free text and in what nobody declared; what a pattern tells is planted in wrong columns as well.
"""

import csv
import io
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import yaml

from orchestration.protection.detectors import has_check_digit, has_luhn

ENCODINGS = {"debtors.csv": "gb18030", "consent_forms.csv": "gb18030"}
_SURNAMES = ["欧阳", "司马", "上官", "诸葛", "慕容", "令狐", "皇甫", "尉迟", "澹台", "公孙", "轩辕", "宇文"]
_GIVEN = ["翟彧", "珺琬", "祎辰", "怿菲", "昱珩", "奕甯", "翊弢", "嬿婉", "旻昊", "璟琇", "赟铎", "晔熠"]
_LATIN = ["Siân", "Zdeněk", "Őrsi", "Ceyhun", "Maëlle", "Þórdís", "Ngozi", "Tuấn"]
_FAMILY = [
    "O'Hara-Lindqvist",
    'van "Dutch" Bree',
    "{{ secret }} Petrov",
    "{% raw %} Kovač",
    "Robert'); drop table x;--",
    "D’Ambrosio, Jr.",
    "Zhào-Thorvald",
    "<b>Kuznetsov</b>",
]


class Canaries:
    """Values by kind, in a fixed order; `take` hands out each once, `planted` are those handed out."""

    def __init__(self, seed: int = 20260630) -> None:
        self._source = random.Random(seed)
        self.planted: dict[str, str] = {}
        self._made = {
            "name_zh": self._names_zh(),
            "name_latin": self._names_latin(),
            "mobile": self._numbers("mobile", self._mobile),
            "mobile_bad": self._numbers("mobile_bad", lambda: f"12{self._digits(9)}"),
            "id_good": self._numbers("id_good", lambda: self._id_number(good=True)),
            "id_bad": self._numbers("id_bad", lambda: self._id_number(good=False)),
            "card": self._numbers("card", lambda: self._card(good=True)),
            "card_bad": self._numbers("card_bad", lambda: self._card(good=False)),
            "email": (f"canary.{self._digits(5)}@mail{n}.example.org" for n in range(10**6)),
            "address": (f"梧桐巷{self._digits(4)}弄{n}号{self._digits(3)}室" for n in range(10**6)),
        }

    def take(self, kind: str) -> str:
        """Return the next value of a kind."""
        value = next(self._made[kind])
        self.planted[value] = kind
        return value

    def _digits(self, size: int) -> str:
        return "".join(self._source.choices("0123456789", k=size))

    def _names_zh(self) -> Iterator[str]:
        pairs = [family + given for family in _SURNAMES for given in _GIVEN]
        self._source.shuffle(pairs)
        yield from pairs

    def _names_latin(self) -> Iterator[str]:
        pairs = [f"{given} {family}" for family in _FAMILY for given in _LATIN]
        self._source.shuffle(pairs)
        yield from pairs

    def _numbers(self, kind: str, make: Callable[[], str]) -> Iterator[str]:
        seen: set[str] = set()
        while True:
            number = make()
            if number not in seen:
                seen.add(number)
                yield number

    def _mobile(self) -> str:
        start = self._source.choice(["138", "159", "186", "199"])
        middle, last = self._digits(4), self._digits(4)
        return self._source.choice(["{}{}{}", "+86 {}-{}-{}", "{} {} {}"]).format(start, middle, last)

    def _id_number(self, *, good: bool) -> str:
        while True:
            pick = self._source.randrange
            birth = f"19{pick(50, 100)}{pick(1, 13):02}{pick(1, 29):02}"
            number = f"330106{birth}{self._digits(3)}" + self._source.choice("0123456789X")
            if has_check_digit(number) == good:
                return number

    def _card(self, *, good: bool) -> str:
        while True:
            number = f"622202{self._digits(13)}"
            if has_luhn(number) == good:
                return number


# (file, column, kinds in turn, rows): right columns, wrong columns that a pattern tells, free text.
_DELIMITED = [
    ("zoho_crm/Contacts.csv", "Full Name", ["name_zh", "name_latin"], 16),
    ("zoho_crm/Contacts.csv", "Last Name", ["name_latin", "name_zh"], 8),
    ("zoho_crm/Contacts.csv", "Email", ["email", "mobile"], 10),
    ("zoho_crm/Contacts.csv", "Mobile", ["mobile", "mobile_bad", "id_bad"], 15),
    ("zoho_crm/Contacts.csv", "Mailing Street", ["address", "name_zh"], 10),
    ("zoho_crm/Contacts.csv", "Title", ["email", "mobile", "id_good", "id_bad", "card"], 5),
    ("zoho_crm/Contacts.csv", "Description", ["card_bad", "name_latin", "mobile_bad", "address"], 12),
    ("zoho_crm/Accounts.csv", "Phone", ["mobile", "mobile_bad"], 8),
    ("zoho_crm/Accounts.csv", "Billing Street", ["address"], 6),
    ("zoho_crm/Accounts.csv", "Description", ["name_zh", "id_bad", "card"], 6),
    ("zoho_crm/Accounts.csv", "Rating", ["mobile", "email"], 2),
    ("zoho_crm/Deals.csv", "Deal_Name", ["mobile", "id_good", "id_bad", "card", "email"], 10),
    ("zoho_crm/Deals.csv", "Description", ["name_zh", "address", "name_latin"], 6),
    ("zoho_crm/Deals.csv", "Amount", ["email"], 1),
    ("zoho_crm/Cases.csv", "Subject", ["name_zh", "mobile_bad", "card_bad"], 9),
    ("zoho_crm/Cases.csv", "Case_Reason", ["id_good", "mobile"], 4),
    ("zoho_crm/Cases.csv", "Description", ["name_latin", "address"], 6),
    ("zoho_crm/Calls.csv", "Call_Start_Time", ["mobile"], 1),
    ("zoho_crm/Calls.csv", "Description", ["name_zh", "id_good"], 6),
    ("zoho_crm/Data_Subject_Requests.csv", "Requested_By", ["name_zh"], 2),
    ("zoho_books/Contacts.csv", "EmailID", ["email"], 8),
    ("zoho_books/Contacts.csv", "MobilePhone", ["mobile", "mobile_bad"], 8),
    ("zoho_books/Contacts.csv", "Notes", ["name_zh", "card", "name_latin"], 6),
    ("zoho_books/Contacts.csv", "Billing Address", ["address"], 4),
    ("zoho_books/Customer_Payment.csv", "Reference Number", ["card", "card_bad", "name_latin"], 9),
    ("zoho_books/Customer_Payment.csv", "Description", ["id_bad", "name_zh"], 4),
    ("zoho_books/Invoice.csv", "Notes", ["name_zh", "id_good"], 6),
    ("erpnext/Customer.csv", "mobile_no", ["mobile"], 1),
    ("erpnext/Customer.csv", "email_id", ["email"], 1),
    ("files/debtors.csv", "统一社会信用代码", ["id_good", "id_bad"], 2),
    ("files/consent_forms.csv", "联系人", ["name_zh"], 2),
]


def plant(landing: Path, canaries: Canaries | None = None) -> list[str]:
    """Change a generated landing folder; return the values planted, more than 200."""
    canaries = canaries or Canaries()
    for file, column, kinds, rows in _DELIMITED:
        _in_column(landing / file, column, [canaries.take(kinds[i % len(kinds)]) for i in range(rows)])
    _json_lines(landing / "fxiaoke/ContactObj.jsonl", canaries)
    _new_files(landing / "files", canaries)
    return list(canaries.planted)


def _in_column(path: Path, column: str, values: list[str]) -> None:
    """Put values into the last rows of a column; other columns of the same rows may hold values as well."""
    encoding = ENCODINGS.get(path.name, "utf-8")
    rows = list(csv.reader(io.StringIO(path.read_text(encoding=encoding))))
    at = rows[0].index(column)
    for row, value in zip(reversed(rows[1:]), values, strict=False):
        row[at] = value
    if len(rows) <= len(values):
        raise LookupError(f"{path.name} has too few rows for {len(values)} canaries")
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    path.write_text(written.getvalue(), encoding=encoding)


def _json_lines(path: Path, canaries: Canaries) -> None:
    """Names and numbers in declared fields, in nested objects nobody declared, and as keys."""
    objects = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    first, second = objects[0], objects[1]
    first |= {"name": canaries.take("name_zh"), "mobile1": canaries.take("mobile")}
    first["field_note__c"] = {"who": canaries.take("name_latin"), "call": [canaries.take("mobile_bad")]}
    for kind in ("mobile", "email", "name_zh", "name_latin", "id_good"):
        second[canaries.take(kind)] = "as a key"
    second["remark"] = canaries.take("address")
    text = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects)
    path.write_text(text, encoding="utf-8")


def _new_files(folder: Path, canaries: Canaries) -> None:
    """People in a workbook, with cells of text and of numbers, and their mapping."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "people"
    sheet.append(["No", "Customer", "Name", "Mail", "Phone", "Job"])
    for number in range(12):
        name = canaries.take("name_latin" if number % 2 else "name_zh")
        phone = canaries.take("mobile_bad")
        job = canaries.take(("email", "id_bad", "mobile")[number % 3])
        cells = [canaries.take("email"), int(phone) if number % 2 else phone, job]
        sheet.append([f"X{number}", f"C{number}", name, *cells])
    book.save(folder / "people.xlsx")
    path = folder / "mapping.yml"
    mapping = yaml.safe_load(path.read_text(encoding="utf-8"))
    columns = {"contact_id": "No", "customer_id": "Customer", "contact_name": "Name"}
    columns |= {"email": "Mail", "phone": "Phone", "job_title": "Job"}
    mapping["files"].append(
        {"file": "people.xlsx", "entity": "contacts", "sheet": "people", "columns": columns}
    )
    path.write_text(yaml.safe_dump(mapping, allow_unicode=True, sort_keys=False), encoding="utf-8")


def refused_keys(landing: Path, canaries: Canaries) -> list[str]:
    """Make the landing one that is refused: keys that nobody declared, personal values themselves."""
    path = landing / "files/survey_answers.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    keys = [canaries.take("name_zh"), canaries.take("mobile")]
    lines[0] = json.dumps({**json.loads(lines[0]), **dict.fromkeys(keys, "x")}, ensure_ascii=False)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return keys
