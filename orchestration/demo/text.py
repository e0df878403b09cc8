"""How the demo's exports write ids, money, rates and times."""

import csv
import json
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import IO, Any

from orchestration.demo.calendar import FIRST_DAY

CRM_ACCOUNT, CRM_CONTACT, CRM_DEAL, CRM_USER, CRM_CASE = 1, 2, 3, 4, 5
CRM_CALL, CRM_EVENT, CRM_TASK, CRM_ORDER, CRM_CONSENT, CRM_REQUEST = 6, 7, 8, 9, 10, 11
BOOKS_CONTACT, BOOKS_INVOICE, BOOKS_PAYMENT, BOOKS_APPLICATION, BOOKS_CREDIT = 1, 2, 3, 4, 5
(
    FXIAOKE_ACCOUNT, FXIAOKE_CONTACT, FXIAOKE_FINANCE, FXIAOKE_DEAL, FXIAOKE_ORDER, FXIAOKE_LINE, FXIAOKE_PLAN,
    FXIAOKE_PAYMENT, FXIAOKE_PART, FXIAOKE_REFUND, FXIAOKE_RETURN, FXIAOKE_CONTRACT, FXIAOKE_CASE, FXIAOKE_APPRAISAL,
    FXIAOKE_RECORD, FXIAOKE_BALANCE, FXIAOKE_MEMBER, FXIAOKE_POINTS,
) = range(1, 19)  # fmt: skip


# Zoho ids have 19 digits; these start with 1 so that none can be read as a bank card number.
def crm_id(kind: int, number: int, *, prefix: bool = True) -> str:
    """A 19-digit record id of the CRM, with the `zcrm_` of its exports unless told otherwise."""
    return f"{'zcrm_' if prefix else ''}15547{kind:02d}{number + 1001:012d}"


def books_id(kind: int, number: int) -> str:
    """A 19-digit id of the finance system."""
    return f"17330{kind:02d}{number + 1001:012d}"


def erp_customer(number: int) -> str:
    """Name, that is id, of a customer in ERPNext by the naming series."""
    return f"CUST-{number + 1:05d}"


def fxiaoke_id(kind: int, number: int) -> str:
    """A 24-digit hexadecimal `_id` of Fxiaoke."""
    return f"65f{kind:02x}a{number + 4097:017x}e"


def debtor(number: int) -> str:
    """The company's own debtor number of a customer, as its lists and partners use it."""
    return f"D{number + 10001:07d}"


def on_day(day: int) -> date:
    """The date of a day; days before the first and after the last one are fine."""
    return FIRST_DAY + timedelta(days=day)


def iso(day: int) -> str:
    """2024-05-01, or nothing for a day that is -1: not (yet)."""
    return "" if day == -1 else on_day(day).isoformat()


def moment(minute: int) -> str:
    """A moment in minutes since the first day began: 2024-05-01T10:07:00+08:00, nothing for -1."""
    if minute == -1:
        return ""
    return f"{on_day(minute // 1440).isoformat()}T{minute % 1440 // 60:02d}:{minute % 60:02d}:00+08:00"


def milliseconds(day: int, minute: int = 0) -> int:
    """Milliseconds since 1970 of a minute of a day at GMT+8; a day as such is its midnight."""
    return (on_day(day).toordinal() - 719_163) * 86_400_000 + (minute - 480) * 60_000


def money(hundredths: int) -> str:
    """Whole hundredths as the finance system writes them: 1234.50."""
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def millionths(value: int) -> str:
    """An exchange rate: 7.123400."""
    return f"{value // 1_000_000}.{value % 1_000_000:06d}"


def local_time(day: int, minute: int) -> str:
    """A UI timestamp in office hours: 2024-05-01 10:07:00."""
    return f"{on_day(day).isoformat()} {9 + minute % 540 // 60:02d}:{minute % 60:02d}:00"


def api_time(day: int, minute: int) -> str:
    """The same in the API's form, with its offset."""
    return local_time(day, minute).replace(" ", "T") + "+08:00"


class CsvFile:
    """A text export written row by row. Without a row there is no file: a system exports no empty one."""

    def __init__(
        self, path: Path, header: list[str], *, encoding: str = "utf-8", delimiter: str = ","
    ) -> None:
        self._file = _Lazy(path, encoding)
        self._header, self._delimiter = header, delimiter

    def __enter__(self) -> "CsvFile":
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def rows(self, rows: Iterable[Iterable[str]]) -> None:
        """Append rows."""
        rows = iter(rows)
        for first in rows:
            begun = self._file.is_open
            writer = csv.writer(self._file.open(), delimiter=self._delimiter, lineterminator="\n")
            writer.writerows([first] if begun else [self._header, first])
            writer.writerows(rows)


class JsonLines:
    """JSON lines without keys of null fields, as Fxiaoke's API answers; no file without a row."""

    def __init__(self, path: Path) -> None:
        self._file = _Lazy(path, "utf-8")

    def __enter__(self) -> "JsonLines":
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def rows(self, rows: Iterable[dict[str, Any]]) -> None:
        """Append objects."""
        for row in rows:
            kept = {key: value for key, value in row.items() if value is not None}
            self._file.open().write(json.dumps(kept, ensure_ascii=False, separators=(",", ":")) + "\n")


class _Lazy:
    """A file that comes into being when it is first written to."""

    def __init__(self, path: Path, encoding: str) -> None:
        self._path, self._encoding, self._handle = path, encoding, None

    @property
    def is_open(self) -> bool:
        return self._handle is not None

    def open(self) -> IO[str]:
        if self._handle is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._handle = open(self._path, "w", encoding=self._encoding, newline="")  # noqa: SIM115
        return self._handle

    def close(self) -> None:
        if self._handle is not None:
            self._handle.close()
