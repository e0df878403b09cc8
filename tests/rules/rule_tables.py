"""Rule tables as plain rows: what the tests of seeds/rules read, without a database."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

RULES_DIR = Path(__file__).resolve().parents[2] / "seeds" / "rules"
NOT_SCORING = {"data_categories", "column_categories", "reason_codes"}

KEYS: dict[str, tuple[str, ...]] = {
    "rules_versions": ("rules_version",),
    "risk_dimensions": ("dimension",),
    "risk_factors": ("factor_id",),
    "factor_bands": ("factor_id", "band"),
    "risk_tiers": ("risk_tier",),
    "hard_rules": ("rule_id",),
    "value_tiers": ("value_tier",),
    "ageing_buckets": ("ageing_bucket",),
    "model_parameters": ("parameter",),
    "exposure_parts": ("part",),
    "currencies": ("currency",),
    "exchange_rates": ("currency", "rate_date"),
    "value_mappings": ("source", "entity", "column_name", "source_value"),
    "customer_key_map": ("source_system", "source_customer_id"),
    "landing_limits": ("parameter", "source"),
}

Row = dict[str, str]


def read(table: str) -> list[Row]:
    """Rows of one rule table, every cell as text; an empty cell is ''."""
    with (RULES_DIR / f"{table}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, strict=True))


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
