"""Dates that a spreadsheet of another country read: some became days, the day taken for the month, the rest stayed."""

import time
from datetime import date
from typing import Any

from orchestration.landing.readers.base import Refused

_MONTHS = 12
# So many of each kind: fewer days below and texts above the twelfth meet by chance.
_FEWEST = 3


def is_taken_for_another(text: str) -> bool:
    """Whether a format has day and month as numbers before the year, so that the other order reads it too."""
    plain = text.replace("%-", "%")
    places = [plain.find(token) for token in ("%d", "%m", "%Y")]
    return min(places) >= 0 and places[2] == max(places)


class DayOrder:
    """Watches one column: 03/04 became a day of the wrong month there, and 25/03, which has none, stayed a text.

    `formats` are those of the column that are taken for another.
    """

    def __init__(self, header: str, formats: tuple[str, ...]) -> None:
        self.header = header
        self._formats = [text.replace("%-", "%") for text in formats]
        self._days = self._texts = self._first = 0
        self._is_swapped = True

    def see(self, line: int, value: Any) -> None:
        """Look at one cell of the column."""
        if not self._is_swapped:
            return
        if isinstance(value, date):
            self._first = self._first or line
            self._days += 1
            self._is_swapped = value.day <= _MONTHS
        elif isinstance(value, str) and (day := self._day(value.strip())):
            self._texts += 1
            self._is_swapped = day > _MONTHS

    def check(self) -> None:
        """Raise Refused once the whole column was seen, if its days and texts part at the twelfth."""
        if self._is_swapped and min(self._days, self._texts) >= _FEWEST:
            raise Refused(
                "swapped_dates",
                f"{self._days} dates are days up to the twelfth and {self._texts} are text beyond it, as a spreadsheet "
                "leaves them that takes the day for the month",
                line=self._first,
                column=self.header,
                way_out="deliver what the system exported, not opened in a spreadsheet.",
            )

    def _day(self, text: str) -> int | None:
        for written in self._formats:
            try:
                return time.strptime(text, written).tm_mday
            except ValueError:
                continue
        return None
