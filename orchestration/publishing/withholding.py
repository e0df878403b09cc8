"""Small cells in the file for BI: what small_cells.csv says of a mart, and the rows of it that are withheld."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from orchestration.building.sql import identifier, literal
from orchestration.publishing.small_cells import Line, withheld
from orchestration.rules.in_force import read_in_force

FLAG = "is_suppressed"
_Row = dict[str, Any]


@dataclass(frozen=True)
class CellRule:
    """One row of small_cells.csv that withholds: which counts make a cell, along what they add up, what is blanked.

    A dimension is `column`, `column:total` with the value of its total row, or `start..end` of periods that may
    hold each other. `within` are the columns along which nothing adds up.
    """

    mart: str
    counts: tuple[str, ...]
    least: int
    within: tuple[str, ...]
    dimensions: tuple[str, ...]
    blanked: tuple[str, ...]
    of_totals: tuple[str, ...]


def read_rules(rules_dir: Path, as_of: date) -> dict[str, CellRule]:
    """Rules by mart in force at as_of. Raises ConfigurationError: file, line."""
    problem = "a cell has not the form of its column"
    found = read_in_force(rules_dir, "small_cells", as_of, _rule, problem)
    return {rule.mart: rule for rule in found if rule is not None}


def _rule(row: dict[str, str]) -> CellRule | None:
    """The rule of a row, None where it shows every cell."""
    if row["cell_treatment"] != "withhold":
        return None
    names = ("count_columns", "within_columns", "cell_dimensions", "withheld_columns", "total_columns")
    counts, within, dimensions, blanked, totals = (tuple(row[name].split()) for name in names)
    return CellRule(row["mart"], counts, int(row["least_count"]), within, dimensions, blanked, totals)


def shown_to_bi(connection: duckdb.DuckDBPyConnection, table: str, key: str, rule: CellRule) -> str:
    """Query over a mart with its small cells blanked: same rows, same columns, is_suppressed says where.

    Nothing is updated in place: a value replaced in a DuckDB file stays in the file.
    """
    columns = [row[0] for row in connection.execute(f"describe {table}").fetchall()]
    hidden, totals = _withheld(connection, table, key, rule)
    name = identifier(key)
    chosen = []
    for column in columns:
        shown = identifier(column)
        if column == FLAG:
            chosen.append(f"{_among(name, hidden)} as {shown}")
        elif column in rule.blanked or column in rule.of_totals:
            out = hidden if column in rule.blanked else hidden + totals
            chosen.append(f"case when not {_among(name, out)} then {shown} end as {shown}")
        else:
            chosen.append(shown)
    return f"select {', '.join(chosen)} from {table}"


def _among(column: str, keys: Sequence[str]) -> str:
    return f"({column} in ({', '.join(map(literal, keys))}))" if keys else "false"


def _withheld(
    connection: duckdb.DuckDBPyConnection, table: str, key: str, rule: CellRule
) -> tuple[list[str], list[str]]:
    """Keys of the rows withheld, and of total rows with a part that is."""
    spans = [name for dimension in rule.dimensions for name in dimension.partition(":")[0].split("..")]
    wanted = list(dict.fromkeys([key, *rule.within, *spans, *rule.counts]))
    cursor = connection.execute(
        f"select {', '.join(map(identifier, wanted))} from {table} order by {identifier(key)}"
    )
    blocks: dict[tuple, list[_Row]] = defaultdict(list)
    for cells in cursor.fetchall():
        row = dict(zip(wanted, cells, strict=True))
        blocks[tuple(row[name] for name in rule.within)].append(row)
    hidden, totals = [], []
    for rows in blocks.values():
        lines = lines_of(rows, rule.dimensions)
        found = withheld([_count(row, rule.counts) for row in rows], lines, rule.least)
        hidden += [rows[cell][key] for cell in sorted(found)]
        totals += [
            rows[line.total][key]
            for line in lines
            if line.total is not None and found.intersection(line.parts)
        ]
    return hidden, totals


def _count(row: _Row, columns: Sequence[str]) -> int:
    """The least of the counts that is not 0: nobody stands behind a 0."""
    return min((int(row[name]) for name in columns if row[name]), default=0)


def lines_of(rows: Sequence[_Row], dimensions: Sequence[str]) -> list[Line]:
    """Which rows add up to which, along each dimension with all others held."""
    lines: list[Line] = []
    for dimension in dimensions:
        column, _, total = dimension.partition(":")
        others = [other.partition(":")[0].split("..")[0] for other in dimensions if other != dimension]
        ends = [other.partition("..")[2] for other in dimensions if other != dimension and ".." in other]
        groups: dict[tuple, list[int]] = defaultdict(list)
        for place, row in enumerate(rows):
            groups[tuple(row[name] for name in (*others, *ends))].append(place)
        for places in groups.values():
            if ".." in dimension:
                start, end = column.split("..")
                lines += _spans(rows, places, start, end)
                continue
            sums = [place for place in places if total and rows[place][column] == total]
            parts = tuple(place for place in places if place not in sums)
            lines.append(Line(parts, sums[0] if sums else None))
    return lines


def _spans(rows: Sequence[_Row], places: Sequence[int], start: str, end: str) -> list[Line]:
    """A longer period and the shorter ones within it, where none reaches over its edges: they add up to it."""
    lines = []
    for whole in places:
        first, last = rows[whole][start], rows[whole][end]
        touching = [
            place
            for place in places
            if place != whole and rows[place][start] <= last and rows[place][end] >= first
        ]
        inside = [place for place in touching if rows[place][start] >= first and rows[place][end] <= last]
        if inside and len(inside) == len(touching):
            lines.append(Line(tuple(inside), whole))
    return lines
