"""Bins of a factor's points in which worse never looks better, and their weight of evidence."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from sklearn.tree import DecisionTreeClassifier

from orchestration.default_model.limits import Limits

_EMPTY_CELL = 0.5


@dataclass(frozen=True)
class Bin:
    """Points from `low` (included) to `high` (excluded), None for open; `is_missing` takes rows without evidence."""

    low: float | None
    high: float | None
    is_missing: bool
    observations: int
    bads: int
    woe: float


@dataclass(frozen=True)
class BinnedFactor:
    """Bins by rising points, then the one without evidence; WoE rises with the points."""

    factor: str
    bins: tuple[Bin, ...]
    information_value: float

    @property
    def edges(self) -> list[float]:
        """Points at which one bin ends and the next begins."""
        return [found.high for found in self.bins if found.high is not None]

    def woe(self, points: np.ndarray) -> np.ndarray:
        """Weight of evidence of each row, shape (n,), from points of shape (n,), nan without evidence."""
        values = np.array([found.woe for found in self.bins])
        place = np.searchsorted(self.edges, points, side="right")
        return values[np.where(np.isnan(points), len(values) - 1, place)]


def weight_of_evidence(bads: float, goods: float, all_bads: int, all_goods: int) -> float:
    """ln(bad% / good%) of a cell; a count of zero becomes 0.5. Higher is riskier."""
    return float(np.log(((bads or _EMPTY_CELL) / all_bads) / ((goods or _EMPTY_CELL) / all_goods)))


def information_value(
    cells: list[tuple[int, int]], all_bads: int | None = None, all_goods: int | None = None
) -> float:
    """Sum of (bad% - good%) x WoE over cells of (bads, goods), as shares of the cells' sums or of larger ones."""
    all_bads = all_bads or sum(bads for bads, _ in cells)
    all_goods = all_goods or sum(goods for _, goods in cells)
    return sum(
        ((bads or _EMPTY_CELL) / all_bads - (goods or _EMPTY_CELL) / all_goods)
        * weight_of_evidence(bads, goods, all_bads, all_goods)
        for bads, goods in cells
    )


def bin_factor(factor: str, points: np.ndarray, bads: np.ndarray, limits: Limits) -> BinnedFactor | None:
    """Bin one factor; None when it says nothing: constant, or bad and good alike in every bin.

    `points` (n,) float, nan without evidence; `bads` (n,) 0 or 1, both kinds present. The order of rows is no matter:
    the tree sees each value once, with its counts.
    """
    known = ~np.isnan(points)
    all_bads, all_goods = int(bads.sum()), int((1 - bads).sum())
    values, place = np.unique(points[known], return_inverse=True)
    if len(values) < 2:
        return None
    bad_counts = np.bincount(place, weights=bads[known])
    good_counts = np.bincount(place, weights=1 - bads[known])
    edges = _tree_edges(values, bad_counts, good_counts, limits)
    cells = _cells(values, bad_counts, good_counts, edges)
    edges, cells = _rising(edges, cells, all_bads, all_goods)
    if not edges:
        return None
    lost = (int(bads[~known].sum()), int((1 - bads[~known]).sum()))
    # Too few without evidence tell nothing of those who come: no evidence either way.
    share_without = sum(lost) / len(points)
    missing_woe = _woe(lost, all_bads, all_goods) if share_without >= limits.min_bin_share else 0.0
    bounds = [None, *edges, None]
    bins = [
        Bin(low, high, False, sum(cell), cell[0], _woe(cell, all_bads, all_goods))
        for (low, high), cell in zip(pairwise(bounds), cells, strict=True)
    ]
    bins.append(Bin(None, None, True, sum(lost), lost[0], missing_woe))
    # Of the bins with evidence, as shares of all: a factor known of few separates few, and who has none does not count.
    value = information_value(cells, all_bads, all_goods)
    return BinnedFactor(factor, tuple(bins), round(value, 6))


def _woe(cell: tuple[int, int], all_bads: int, all_goods: int) -> float:
    return round(weight_of_evidence(*cell, all_bads, all_goods), 6)


def _tree_edges(values: np.ndarray, bads: np.ndarray, goods: np.ndarray, limits: Limits) -> list[float]:
    tree = DecisionTreeClassifier(
        criterion="entropy",
        max_leaf_nodes=limits.max_bins,
        min_weight_fraction_leaf=limits.min_bin_share,
        monotonic_cst=[1],
        random_state=0,
    )
    rows = np.concatenate([values, values]).reshape(-1, 1)
    kinds = np.concatenate([np.ones(len(values), dtype=int), np.zeros(len(values), dtype=int)])
    weights = np.concatenate([bads, goods])
    counted = weights > 0
    if len(set(kinds[counted])) < 2:
        return []
    tree.fit(rows[counted], kinds[counted], sample_weight=weights[counted])
    found = tree.tree_.threshold[tree.tree_.children_left >= 0]
    # Points have at most two places, so three hold what lies between two of them; the tree works in single precision.
    return sorted({round(float(edge), 3) for edge in found})


def _cells(
    values: np.ndarray, bads: np.ndarray, goods: np.ndarray, edges: list[float]
) -> list[tuple[int, int]]:
    place = np.searchsorted(edges, values, side="right")
    return [(int(bads[place == i].sum()), int(goods[place == i].sum())) for i in range(len(edges) + 1)]


def _rising(
    edges: list[float], cells: list[tuple[int, int]], all_bads: int, all_goods: int
) -> tuple[list[float], list[tuple[int, int]]]:
    """Join neighbours until WoE rises from each bin to the next: the half count of an empty cell may turn it."""
    edges, cells = list(edges), list(cells)
    while True:
        woes = [_woe(cell, all_bads, all_goods) for cell in cells]
        falls = [i for i, (left, right) in enumerate(pairwise(woes)) if right <= left]
        if not falls:
            return edges, cells
        first = falls[0]
        cells[first : first + 2] = [tuple(map(sum, zip(*cells[first : first + 2], strict=True)))]
        del edges[first]
