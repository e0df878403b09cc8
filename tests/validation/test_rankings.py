"""AUC, its errors, KS, capture and Brier against slow counterparts and figures worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from tests.scoring.bench import ScoringBench
from tests.validation import reference

START = date(2025, 6, 30)
NAIVE = ("late_share", "recency", "frequency", "overdue")
VALIDATION, WORTH = "marts.mart_score_validation", "marts.mart_score_worth"


def observed(
    values, bads, *, naive=None, overdue=None, on=START, customers=None, pooled=True, outcome="default_365"
):
    """Judged observations: one row per customer and measure; the naive rules know nothing unless told."""
    rows = []
    for place, (value, bad) in enumerate(zip(values, bads, strict=True)):
        common = {
            "validation_date": on,
            "outcome_id": outcome,
            "dimension": "credit",
            "customer_key": customers[place] if customers is not None else f"c{place}",
            "is_pooled": pooled,
            "is_bad": int(bad),
            "value_tier": "standard",
            "assessment_path": "established",
        }
        rows.append(common | {"ranked_by": "score", "ranking_value": float(value)})
        for rule in NAIVE:
            told = {"late_share": naive, "overdue": overdue}.get(rule)
            known = 0.0 if told is None else float(told[place])
            rows.append(common | {"ranked_by": rule, "ranking_value": known})
    return rows


def windows(*dates, outcome="default_365", days=365):
    return [
        {
            "validation_date": on,
            "outcome_id": outcome,
            "window_days": days,
            "population": "performing",
            "window_end": on + timedelta(days=days),
            "is_pooled": True,
        }
        for on in dates or (START,)
    ]


def measured(bench: ScoringBench, rows, dates=(START,)):
    bench.run(VALIDATION, int_judged_observations=rows, int_outcome_windows=windows(*dates))
    return bench.rows(f"from {VALIDATION} where segment_type = 'all' order by validation_date")


def worth(bench: ScoringBench, rows, dates=(START,)):
    bench.run(WORTH, int_judged_observations=rows, int_outcome_windows=windows(*dates))
    [row] = bench.rows(f"from {WORTH}")
    return row


def drawn(seed, customers=400, signal=1.0, steps=20):
    """Scores with many ties, and who went bad."""
    random = np.random.default_rng(seed)
    is_bad = random.random(customers) < 0.2
    values = np.round(random.normal(50 + 10 * signal * is_bad, 15) / 100 * steps) * 100 / steps
    return values, is_bad


def test_the_auc_by_hand(bench):
    rows = observed([3, 2, 1, 2], [1, 1, 0, 0])
    bench.run("intermediate.int_score_rankings", int_judged_observations=rows, int_outcome_windows=windows())
    [row] = bench.rows(
        "from intermediate.int_score_rankings where segment_type = 'all' and ranked_by = 'score'"
    )
    assert row["auc"] == 0.875  # 3 beats both, 2 beats 1 and ties with 2
    assert (row["bads"], row["goods"]) == (2, 2)


@pytest.mark.parametrize("seed", range(3))
def test_every_figure_of_a_ranking_against_all_pairs(bench, seed):
    values, is_bad = drawn(seed)
    [row] = measured(bench, observed(values, is_bad))
    area, error = reference.auc(values, is_bad), reference.delong_error(values, is_bad)
    assert row["auc"] == pytest.approx(area, abs=1e-6)
    assert row["auc_low"] == pytest.approx(area - 1.96 * error, abs=2e-6)
    assert row["auc_high"] == pytest.approx(area + 1.96 * error, abs=2e-6)
    assert row["gini"] == pytest.approx(2 * area - 1, abs=2e-6)
    assert row["gini_low"] == pytest.approx(2 * (area - 1.96 * error) - 1, abs=4e-6)
    assert row["gini_high"] == pytest.approx(2 * (area + 1.96 * error) - 1, abs=4e-6)
    assert row["ks"] == pytest.approx(reference.ks(values, is_bad), abs=1e-6)
    assert (row["customers"], row["bads"], row["validation_status"]) == (400, is_bad.sum(), "measured")


def test_naive_rules_are_ranked_beside_the_score(bench):
    values, is_bad = drawn(7)
    naive, _ = drawn(8)
    [row] = measured(bench, observed(values, is_bad, naive=naive))
    assert row["late_share_auc"] == pytest.approx(reference.auc(naive, is_bad), abs=1e-6)
    assert row["recency_auc"] == row["frequency_auc"] == row["overdue_auc"] == 0.5
    best = max(0.5, reference.auc(naive, is_bad))
    assert row["auc_gain"] == pytest.approx(reference.auc(values, is_bad) - best, abs=2e-6)


def test_the_worst_tenth_and_fifth_share_out_ties(bench):
    # of 100 customers the 5 riskiest are bad, the next 10 share a value and hold 5 bad, the rest holds 10
    values = [90] * 5 + [50] * 10 + [10] * 85
    bads = [1] * 5 + [1] * 5 + [0] * 5 + [1] * 10 + [0] * 75
    [row] = measured(bench, observed(values, bads))
    assert row["capture_10"] == pytest.approx((5 + 5 / 2) / 20)
    assert row["capture_20"] == pytest.approx((10 + 5 / 85 * 10) / 20, abs=1e-6)


@pytest.mark.rules("model_parameters", "validation_min_events")
@pytest.mark.parametrize(("bad", "status"), [(9, "insufficient"), (10, "measured")])
def test_too_few_of_a_kind_claim_nothing(bench, bad, status):
    values = list(range(100))
    for bads in ([0] * (100 - bad) + [1] * bad, [1] * (100 - bad) + [0] * bad):
        [row] = measured(bench, observed(values, bads))
        assert row["validation_status"] == status
        figures = (
            "auc",
            "auc_low",
            "gini",
            "ks",
            "ks_low",
            "capture_10",
            "brier",
            "late_share_auc",
            "auc_gain",
        )
        if status == "insufficient":
            assert {row[name] for name in figures} == {None}
            row = worth(bench, observed(values, bads))
            assert (row["score_verdict"], row["auc"], row["best_naive_rule"]) == ("insufficient", None, None)


def test_only_one_kind_is_no_error(bench):
    [row] = measured(bench, observed(range(50), [0] * 50))
    assert (row["bads"], row["auc"], row["validation_status"]) == (0, None, "insufficient")


def test_a_perfect_ranking_is_not_certain(bench):
    [row] = measured(bench, observed(range(40), [0] * 20 + [1] * 20))
    assert (row["auc"], row["auc_high"]) == (1, 1)
    assert row["auc_low"] == pytest.approx(1 - 1.96 * 0.5 / 20, abs=1e-6)


def test_segments_are_ranked_for_themselves(bench):
    values, is_bad = drawn(3)
    rows = observed(values, is_bad)
    for row in rows:
        row["value_tier"] = "key" if int(row["customer_key"][1:]) % 2 else "small"
    measured(bench, rows)
    found = {
        row["segment_name"]: row["auc"]
        for row in bench.rows(f"from {VALIDATION} where segment_type = 'value_tier'")
    }
    odd = np.arange(len(values)) % 2 == 1
    assert found["key"] == pytest.approx(reference.auc(values[odd], is_bad[odd]), abs=1e-6)
    assert found["small"] == pytest.approx(reference.auc(values[~odd], is_bad[~odd]), abs=1e-6)


def test_a_customer_of_several_windows_counts_once(bench):
    dates = (date(2024, 6, 30), START)
    values, is_bad = drawn(5, customers=300)
    naive, _ = drawn(6, customers=300)
    names = np.array([f"c{i % 120}" for i in range(300)])
    rows = []
    for on, part in zip(dates, (slice(0, 120), slice(120, 240)), strict=True):
        rows += observed(values[part], is_bad[part], naive=naive[part], on=on, customers=names[part])
    row = worth(bench, rows, dates)
    values, is_bad, naive, names = (column[:240] for column in (values, is_bad, naive, names))
    area, other = reference.auc(values, is_bad), reference.auc(naive, is_bad)
    pulls = reference.influences(values, is_bad, names)
    others = reference.influences(naive, is_bad, names) if other > 0.5 else {}
    error = reference.clustered_error(pulls)
    assert (row["customers"], row["observations"], row["windows"]) == (120, 240, 2)
    assert row["auc"] == pytest.approx(area, abs=1e-6)
    assert row["auc_high"] - row["auc"] == pytest.approx(1.96 * error, abs=2e-6)
    gain_error = reference.clustered_error(pulls, others)
    assert row["auc_gain_high"] - row["auc_gain"] == pytest.approx(1.96 * gain_error, abs=2e-6)


def test_each_customer_twice_says_no_more_than_once(bench):
    values, is_bad = drawn(9, customers=200)
    names = [f"c{i}" for i in range(200)]
    dates = (date(2024, 6, 30), START)
    once = worth(bench, observed(values, is_bad, customers=names))
    both = [row for on in dates for row in observed(values, is_bad, on=on, customers=names)]
    twice = worth(bench, both, dates)
    assert twice["observations"] == 2 * once["observations"]
    assert twice["auc_low"] == pytest.approx(once["auc_low"], abs=1e-6)


@pytest.mark.rules("model_parameters", "validation_claim_z", "validation_leak_auc")
def test_verdicts(bench):
    strong, is_bad = drawn(11, customers=600, signal=1.5)
    noise = np.random.default_rng(1).permutation(strong)

    def verdict(values, naive):
        return worth(bench, observed(values, is_bad, naive=naive))["score_verdict"]

    assert verdict(strong, noise) == "beats_naive"
    assert verdict(strong, strong) == "ranks"
    assert verdict(noise, noise) == "no_claim"
    assert verdict(-strong, noise) == "inverse"
    assert verdict(strong, strong + 30 * is_bad) == "worse_than_naive"
    assert verdict(strong + 100 * is_bad, noise) == "too_good"


@pytest.mark.rules("outcomes", "default_365", "written_off_365")
@pytest.mark.parametrize(("outcome", "verdict"), [("default_365", "state_only"), ("late_15", "ranks")])
def test_of_defaults_a_score_must_tell_more_than_what_is_overdue_today(bench, outcome, verdict):
    strong, is_bad = drawn(11, customers=600, signal=1.5)

    def found(overdue):
        rows = observed(strong, is_bad, overdue=overdue, outcome=outcome)
        bench.run(WORTH, int_judged_observations=rows, int_outcome_windows=windows(outcome=outcome))
        [row] = bench.rows(f"from {WORTH}")
        return row["score_verdict"]

    assert found(strong) == verdict
    assert found(np.zeros(600)) == "beats_naive"


def test_a_claim_needs_three_errors_where_the_interval_has_two(bench):
    values, is_bad = drawn(2, customers=300, signal=0.4)
    row = worth(bench, observed(values, is_bad))
    error = (row["auc_high"] - row["auc"]) / 1.96
    assert 0.5 + 2 * error < row["auc"] < 0.5 + 3 * error, "the draw lies between the two"
    assert row["score_verdict"] == "no_claim"


def test_the_brier_score_is_of_what_was_expected_before(bench):
    # a year before, one of four low and three of four high went bad; then half of both did
    early = observed([10] * 40 + [50] * 40, [1] * 10 + [0] * 30 + [1] * 30 + [0] * 10, on=date(2024, 6, 30))
    late = observed([10] * 40 + [50] * 40, ([1] * 20 + [0] * 20) * 2)
    first, second = measured(bench, early + late, (date(2024, 6, 30), START))
    assert (first["brier"], first["brier_reference"]) == (None, None)
    assert second["brier"] == pytest.approx((0.75**2 + 0.25**2) / 2)
    assert second["brier_reference"] == pytest.approx(0.25)
