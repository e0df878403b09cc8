"""How the demo's exports write ids, money, rates and times."""

import csv
from pathlib import Path
from types import TracebackType
from typing import Any

from orchestration.demo.calendar import DATES

CRM_ACCOUNT, CRM_CONTACT, CRM_DEAL, CRM_USER = 1, 2, 3, 4
BOOKS_CONTACT, BOOKS_INVOICE, BOOKS_PAYMENT, BOOKS_APPLICATION, BOOKS_CREDIT = 1, 2, 3, 4, 5


# Zoho ids have 19 digits; these start with 1 so that none can be read as a bank card number.
def crm_id(kind: int, number: int, *, prefix: bool = True) -> str:
    """A 19-digit record id of the CRM, with the `zcrm_` of its exports unless told otherwise."""
    return f"{'zcrm_' if prefix else ''}15547{kind:02d}{number + 1001:012d}"


def books_id(kind: int, number: int) -> str:
    """A 19-digit id of the finance system."""
    return f"17330{kind:02d}{number + 1001:012d}"


def money(hundredths: int) -> str:
    """Whole hundredths as the finance system writes them: 1234.50."""
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def millionths(value: int) -> str:
    """An exchange rate: 7.123400."""
    return f"{value // 1_000_000}.{value % 1_000_000:06d}"


def local_time(day: int, minute: int) -> str:
    """A UI timestamp in office hours: 2024-05-01 10:07:00."""
    return f"{DATES[day].isoformat()} {9 + minute % 540 // 60:02d}:{minute % 60:02d}:00"


def api_time(day: int, minute: int) -> str:
    """The same in the API's form, with its offset."""
    return local_time(day, minute).replace(" ", "T") + "+08:00"


class CsvFile:
    """A CSV export written row by row; the header is fixed at opening."""

    def __init__(self, path: Path, header: list[str]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._handle = open(path, "w", encoding="utf-8", newline="")  # noqa: SIM115
        self._writer = csv.writer(self._handle, lineterminator="\n")
        self._writer.writerow(header)

    def __enter__(self) -> "CsvFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._handle.close()

    def rows(self, rows: Any) -> None:
        """Append rows, each an iterable of text."""
        self._writer.writerows(rows)
