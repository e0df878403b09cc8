"""Rule tables as plain rows: what the tests of seeds/rules read, without a database."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import yaml

RULES_DIR = Path(__file__).resolve().parents[2] / "seeds" / "rules"
NOT_SCORING = {"data_categories", "column_categories", "reason_codes"}


def _keys() -> dict[str, tuple[str, ...]]:
    """Key of a rule in each table: the columns of its unique_key test without the date it begins."""
    seeds = yaml.safe_load((RULES_DIR / "_rules.yml").read_text(encoding="utf-8"))["seeds"]
    keys = {}
    for seed in seeds:
        [columns] = [
            test["unique_key"]["arguments"]["columns"] for test in seed["data_tests"] if "unique_key" in test
        ]
        keys[seed["name"]] = tuple(column for column in columns if column != "effective_from")
    return keys


KEYS = _keys()

Row = dict[str, str]


def read(table: str) -> list[Row]:
    """Rows of one rule table, every cell as text; an empty cell is ''."""
    with (RULES_DIR / f"{table}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, strict=True))


def header(table: str) -> list[str]:
    """Column names of one rule table."""
    with (RULES_DIR / f"{table}.csv").open(encoding="utf-8", newline="") as handle:
        return next(csv.reader(handle))


def breakpoints(*tables: str) -> list[date]:
    """Dates on which any row of the tables starts or stops counting: between two of them nothing changes."""
    dates = set()
    for table in tables:
        for row in read(table):
            dates.add(date.fromisoformat(row["effective_from"]))
            if row["effective_to"]:
                dates.add(date.fromisoformat(row["effective_to"]))
    return sorted(dates)


def in_force(table: str, on: date) -> list[Row]:
    """Rows that count on a date: effective_from included, effective_to excluded."""
    return [
        row
        for row in read(table)
        if date.fromisoformat(row["effective_from"]) <= on
        and (not row["effective_to"] or on < date.fromisoformat(row["effective_to"]))
    ]


def on_every_breakpoint(*tables: str) -> Iterator[tuple[date, list[list[Row]]]]:
    """Each date with the rows of each table that count on it."""
    for on in breakpoints(*tables):
        yield on, [in_force(table, on) for table in tables]


def points(bands: list[Row], value: float) -> float:
    """Risk points (0-100) of a value by the bands of one factor: linear inside a band, flat in an open one."""
    for row in bands:
        lower = float(row["lower_bound"])
        upper = float(row["upper_bound"]) if row["upper_bound"] else None
        if value < lower or (upper is not None and value >= upper):
            continue
        at_lower, at_upper = float(row["points_at_lower"]), float(row["points_at_upper"])
        return (
            at_lower
            if upper is None
            else at_lower + (at_upper - at_lower) * (value - lower) / (upper - lower)
        )
    raise ValueError("no band holds the value")
