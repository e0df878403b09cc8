"""Which dates of a history table the files for readers hold: published_dates.csv. The history itself keeps all."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from orchestration.rules.in_force import read_in_force


@dataclass(frozen=True)
class DateRule:
    """How far back a table is published: every date of the last `recent_days`, and the last date of each month.

    `months` are how many months back a month's last date stays; None is all of them.
    """

    recent_days: int
    months: int | None

    def shown(self, days: Iterable[date], as_of: date) -> set[date]:
        """Those of the finished dates that are published beside as_of. Dates after it are recent too."""
        known = set(days)
        ends = {(day.year, day.month): day for day in sorted(known | {as_of})}
        return {
            day
            for day in known
            if day >= as_of - timedelta(days=self.recent_days)
            or (ends[day.year, day.month] == day and self._reaches(day, as_of))
        }

    def _reaches(self, day: date, as_of: date) -> bool:
        back = (as_of.year - day.year) * 12 + as_of.month - day.month
        return self.months is None or back <= self.months


def read_date_rules(rules_dir: Path, as_of: date) -> dict[str, DateRule]:
    """Rules by mart in force at as_of; a table without one is published whole.

    Raises ConfigurationError: file, line.
    """
    problem = "a cell has not the form of its column"
    return dict(read_in_force(rules_dir, "published_dates", as_of, _rule, problem))


def _rule(row: dict[str, str]) -> tuple[str, DateRule]:
    return row["mart"], DateRule(int(row["recent_days"]), int(row["months"]) if row["months"] else None)
