"""The ROC curve by hand: shares at or above each whole score, and the area under it."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.validation.test_rankings import observed

ROC = "marts.mart_score_roc"


def curve(bench, scores, bads):
    bench.run(ROC, int_judged_observations=observed(scores, bads))
    return bench.rows(f"from {ROC} order by score_from desc")


def test_shares_at_or_above_each_score_and_the_area_is_the_auc(bench):
    scores = [80.4] * 10 + [80.9] * 4 + [50.0] * 6 + [10.0] * 20
    bads = [1] * 8 + [0] * 2 + [0] * 4 + [1] * 2 + [0] * 4 + [0] * 20
    found = curve(bench, scores, bads)
    assert [row["score_from"] for row in found] == [80, 50, 10]
    assert [(row["bads"], row["goods"]) for row in found] == [(10, 30)] * 3
    assert [row["true_positive_rate"] for row in found] == [0.8, 1, 1]
    assert [row["false_positive_rate"] for row in found] == pytest.approx([0.2, 10 / 30, 1], abs=1e-6)
    points = [(0.0, 0.0), *((row["false_positive_rate"], row["true_positive_rate"]) for row in found)]
    area = sum((right[0] - left[0]) * (right[1] + left[1]) / 2 for left, right in pairwise(points))
    # bad above good, ties half: (8 * (0.5 * 6 + 24) + 2 * (0.5 * 4 + 20)) / (10 * 30)
    assert area == pytest.approx((8 * 27 + 2 * 22) / 300, abs=1e-5)


def test_nine_bads_make_no_curve(bench):
    assert curve(bench, [80.0] * 9 + [10.0] * 20, [1] * 9 + [0] * 20) == []
