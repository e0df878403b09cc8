"""No cell of fewer than k is shown, and none can be worked out from the rows and totals that are."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from orchestration.publishing.small_cells import Line, withheld

K = 5


def _grid(counts: list[list[int]], *, totals: bool) -> tuple[list[int], list[Line]]:
    """Cells of a table of two dimensions, with its margins as cells or without."""
    rows, columns = len(counts), len(counts[0])
    cells = [count for row in counts for count in row]
    lines = [tuple(range(r * columns, (r + 1) * columns)) for r in range(rows)]
    lines += [tuple(range(c, rows * columns, columns)) for c in range(columns)]
    if not totals:
        return cells, [Line(parts) for parts in lines]
    made = []
    for parts in lines:
        cells.append(sum(cells[part] for part in parts))
        made.append(Line(parts, len(cells) - 1))
    cells.append(sum(sum(row) for row in counts))
    margins = range(rows * columns, len(cells) - 1)
    made += [Line(tuple(margins[:rows]), len(cells) - 1), Line(tuple(margins[rows:]), len(cells) - 1)]
    return cells, made


def _ranges(counts: list[int], lines: list[Line], hidden: set[int]) -> dict[int, tuple[float, float]]:
    """What a reader can work out of each withheld cell: its least and greatest value, by linear programming."""
    unknown = sorted(hidden)
    at = {cell: place for place, cell in enumerate(unknown)}
    left, right = [], []
    for line in lines:
        if line.total is None and not any(counts[part] and part not in hidden for part in line.parts):
            continue
        row, known = [0] * len(unknown), 0
        signed = [(part, 1) for part in line.parts]
        signed += [(line.total, -1)] if line.total is not None else []
        for cell, sign in signed:
            if cell in hidden:
                row[at[cell]] += sign
            else:
                known += sign * counts[cell]
        value = -known if line.total is not None else sum(counts[part] for part in line.parts) - known
        if any(row):
            left.append(row)
            right.append(value)
    found = {}
    for cell in unknown:
        goal = np.zeros(len(unknown))
        goal[at[cell]] = 1
        ends = []
        for sign in (1, -1):
            solved = linprog(sign * goal, A_eq=left or None, b_eq=right or None, bounds=(1, 10**6))
            assert solved.status == 0, solved.message
            ends.append(solved.x[at[cell]])
        found[cell] = (ends[0], ends[1])
    return found


def _judge(counts: list[int], lines: list[Line], hidden: set[int]) -> None:
    assert {cell for cell, count in enumerate(counts) if 0 < count < K} <= hidden
    assert all(counts[cell] for cell in hidden)
    for cell, (low, high) in _ranges(counts, lines, hidden).items():
        assert high - low > 0.5, f"cell {cell} of {counts[cell]} is {low} to {high}"


numbers = st.one_of(st.integers(0, 3), st.integers(0, 12), st.integers(0, 400))


@st.composite
def grids(draw: st.DrawFn) -> list[list[int]]:
    rows, columns = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    return [[draw(numbers) for _ in range(columns)] for _ in range(rows)]


@settings(deadline=None, max_examples=80)
@given(grids(), st.booleans())
def test_no_withheld_cell_can_be_worked_out(counts: list[list[int]], totals: bool) -> None:
    cells, lines = _grid(counts, totals=totals)
    _judge(cells, lines, withheld(cells, lines, K))


@settings(deadline=None, max_examples=20)
@given(st.lists(numbers, min_size=12, max_size=12))
def test_three_dimensions_with_every_margin(counts: list[int]) -> None:
    """2 x 2 x 3 with totals in each dimension, as satisfaction is by tier, method and period."""
    sizes = (2, 2, 3)
    inner = dict(zip(itertools.product(*map(range, sizes)), counts, strict=True))
    cells, place = [], {}
    for point in itertools.product(*(range(size + 1) for size in sizes)):
        place[point] = len(cells)
        cells.append(
            sum(
                count
                for at, count in inner.items()
                if all(p in (a, size) for p, a, size in zip(point, at, sizes, strict=True))
            )
        )
    lines = []
    for dimension, size in enumerate(sizes):
        others = [range(s + 1) if d != dimension else (0,) for d, s in enumerate(sizes)]
        for point in itertools.product(*others):
            along = [(*point[:dimension], step, *point[dimension + 1 :]) for step in range(size + 1)]
            lines.append(Line(tuple(place[p] for p in along[:-1]), place[along[-1]]))
    _judge(cells, lines, withheld(cells, lines, K))


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([[9, 9], [9, 9]], set()),
        ([[5, 0], [0, 5]], set()),
        ([[40, 4], [30, 20]], {0, 1, 2, 3}),  # a rectangle of four hides the one
        ([[0, 0], [0, 0]], set()),
    ],
)
def test_known_tables(counts: list[list[int]], expected: set[int]) -> None:
    cells, lines = _grid(counts, totals=False)
    assert withheld(cells, lines, K) == expected


def test_two_ones_that_add_up_to_two_are_not_left_alone() -> None:
    # 52 - 50 = 2, and two people who are there are one each.
    assert withheld([50, 1, 1, 60], [Line((0, 1, 2, 3))], K) == {0, 1, 2}


def test_without_complement_the_sum_would_tell() -> None:
    counts, lines = [12, 8, 4], [Line((1, 2), 0)]
    low, high = _ranges(counts, lines, {2})[2]
    assert low == high == 4  # the judge sees what a reader would
    _judge(counts, lines, withheld(counts, lines, K))
