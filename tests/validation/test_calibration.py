"""Expected and observed by band, Wilson's interval, and stability of populations."""

from __future__ import annotations

from datetime import date
from math import log

import pytest

from tests.scoring.bench import AS_OF
from tests.validation.test_rankings import START, observed, windows

CALIBRATION, STABILITY = "marts.mart_score_calibration", "marts.mart_score_stability"
YEAR_AGO = date(2025, 6, 30)


def bands(bench, rows, dates=(START,)):
    bench.run(CALIBRATION, int_judged_observations=rows, int_outcome_windows=windows(*dates))
    found = bench.rows(f"from {CALIBRATION} order by validation_date, band_rank")
    return {(row["validation_date"], row["score_band"]): row for row in found}


def test_wilsons_interval_by_hand(bench):
    low = bands(bench, observed([10] * 10, [1] + [0] * 9))[START, "low"]
    assert (low["customers"], low["bads"], low["bad_rate"]) == (10, 1, 0.1)
    # the textbook interval of 1 in 10
    assert (low["rate_low"], low["rate_high"]) == pytest.approx((0.0179, 0.4042), abs=5e-5)


def test_nobody_went_bad_is_not_never(bench):
    low = bands(bench, observed([10] * 20, [0] * 20))[START, "low"]
    assert (low["bad_rate"], low["rate_low"]) == (0, 0)
    assert low["rate_high"] == pytest.approx(1.96**2 / (20 + 1.96**2), abs=1e-6)


def test_bands_are_the_ranges_of_tiers(bench):
    found = bands(bench, observed([24.99, 25, 44.99, 45, 64.99, 65, 100], [0] * 7))
    assert {band: row["customers"] for (_, band), row in found.items()} == {
        "low": 1, "moderate": 2, "high": 2, "critical": 2
    }  # fmt: skip


def test_expected_comes_from_windows_that_were_over(bench):
    old, between = date(2024, 6, 30), date(2024, 7, 31)
    rows = observed([10] * 10, [1] * 2 + [0] * 8, on=old) + observed([10] * 10, [1] * 10, on=between)
    rows += observed([10] * 20, [1] * 4 + [0] * 16) + observed(
        [90] * 20, [0] * 20, customers=[f"d{i}" for i in range(20)]
    )
    found = bands(bench, rows, (old, between, START))
    low = found[START, "low"]
    assert (low["expected_from"], low["expected_rate"]) == (10, 0.2)  # the window of July was not over
    assert low["is_as_expected"]
    assert (found[old, "low"]["expected_from"], found[old, "low"]["expected_rate"]) == (0, None)
    critical = found[START, "critical"]
    assert (critical["expected_from"], critical["expected_rate"]) == (0, 0.2)  # the rate of all bands
    assert critical["is_as_expected"] is None


@pytest.mark.rules("model_parameters", "validation_min_events")
@pytest.mark.parametrize(("before", "rate", "verdict"), [(9, 2 / 29, None), (10, 0, False)])
def test_a_band_in_which_few_stood_before_promised_nothing(bench, before, rate, verdict):
    old = date(2024, 6, 30)
    rows = observed([90] * before + [10] * 20, [0] * before + [1] * 2 + [0] * 18, on=old)
    rows += observed([90] * 20, [1] * 10 + [0] * 10)
    critical = bands(bench, rows, (old, START))[START, "critical"]
    assert critical["expected_from"] == before
    assert critical["expected_rate"] == pytest.approx(rate, abs=1e-6)
    assert critical["is_as_expected"] is verdict


def stability(bench, then, now, **tables):
    """Rows of mart_score_stability by measure; `then` and `now` are composite scores."""
    past = [
        {"as_of_date": YEAR_AGO, "customer_key": f"c{i}", "composite_score": v} for i, v in enumerate(then)
    ]
    today = [{"customer_key": f"c{i}", "composite_score": v} for i, v in enumerate(now)]
    bench.run(STABILITY, stg_history__scores=past, int_composite_scores=today, **tables)
    found = bench.rows(f"from {STABILITY} where validation_date = '{AS_OF}'")
    return {row["measure_name"]: row for row in found}


def test_the_index_by_hand(bench):
    row = stability(bench, [5] * 100 + [95] * 100, [5] * 160 + [95] * 40)["composite"]
    assert row["psi"] == pytest.approx(0.3 * log(0.8 / 0.5) - 0.3 * log(0.2 / 0.5), abs=1e-6)
    assert row["psi"] == pytest.approx(0.415888, abs=1e-6)
    assert (row["reference_date"], row["stability_status"]) == (YEAR_AGO, "shifted")
    assert row["psi_by_chance"] == pytest.approx(1 / 200 + 1 / 200)


@pytest.mark.rules("model_parameters", "stability_look", "stability_shifted")
@pytest.mark.parametrize(
    ("low", "psi", "status"),
    [(655, 0.0994, "stable"), (656, 0.1007, "look"), (739, 0.2487, "look"), (740, 0.2510, "shifted")],
)
def test_both_sides_of_each_edge(bench, low, psi, status):
    row = stability(bench, [5] * 500 + [95] * 500, [5] * low + [95] * (1000 - low))["composite"]
    assert row["psi"] == pytest.approx((low / 1000 - 0.5) * log(low / (1000 - low)), abs=1e-6)
    assert row["psi"] == pytest.approx(psi, abs=5e-5)
    assert row["stability_status"] == status


def test_an_empty_cell_counts_half_a_customer(bench):
    row = stability(bench, [5] * 100 + [95] * 100, [5] * 200)["composite"]
    assert row["psi"] == pytest.approx(0.5 * log(1 / 0.5) + (0.0025 - 0.5) * log(0.0025 / 0.5), abs=1e-6)


def test_without_a_score_is_a_cell_of_its_own(bench):
    row = stability(bench, [5] * 200, [5] * 100 + [None] * 100)["composite"]
    assert (row["scored_share"], row["reference_scored_share"]) == (0.5, 1)
    assert row["psi"] > 0.25


def test_the_highest_score_stands_in_the_last_step(bench):
    assert stability(bench, [90] * 200, [100] * 200)["composite"]["psi"] == 0


@pytest.mark.rules("model_parameters", "validation_floor_customers")
@pytest.mark.parametrize(("customers", "status"), [(99, "insufficient"), (100, "stable")])
def test_a_small_population_is_not_judged(bench, customers, status):
    row = stability(bench, [5] * customers, [5] * 300)["composite"]
    assert row["stability_status"] == status
    assert (row["psi"] is None) == (status == "insufficient")


def test_factors_shift_by_their_bands(bench):
    def factor(on, band, customers):
        return [
            {**on, "customer_key": f"c{i}", "factor_id": "late_share", "band": band}
            for i in range(*customers)
        ]

    past = {"as_of_date": YEAR_AGO}
    then = factor(past, 1, (0, 100)) + factor(past, 2, (100, 200))
    now = factor({}, 1, (0, 160)) + factor({}, 2, (160, 200))
    tables = {"stg_history__factor_bands": then, "int_factor_points": now}
    row = stability(bench, [5] * 200, [5] * 200, **tables)["late_share"]
    assert row["psi"] == pytest.approx(0.415888, abs=1e-6)
    assert row["measure_type"] == "factor"


def test_a_factor_of_one_side_is_not_compared(bench):
    """The reference date of several dates keeps its factors for today's comparison alone."""
    oldest, past = date(2025, 5, 31), [date(2025, 5, 31), date(2025, 7, 31), date(2026, 5, 31)]
    scores = [
        {"as_of_date": on, "customer_key": f"c{i}", "composite_score": 5} for on in past for i in range(200)
    ]
    today = [{"customer_key": f"c{i}", "composite_score": 5} for i in range(200)]
    people = [f"c{i}" for i in range(200)]
    bench.run(
        STABILITY,
        stg_history__scores=scores,
        int_composite_scores=today,
        stg_history__factor_bands=[
            {"as_of_date": oldest, "customer_key": key, "factor_id": name, "band": 1}
            for key in people
            for name in ("kept", "retired")
        ],
        int_factor_points=[
            {"customer_key": key, "factor_id": name, "band": 1} for key in people for name in ("kept", "new")
        ],
    )
    shifts = "intermediate.int_population_shifts"
    assert bench.rows(f"from {shifts} where share is null or reference_share is null") == []
    found = bench.rows(
        f"select distinct validation_date, measure_name from {shifts} where measure_type = 'factor'"
    )
    assert found == [{"validation_date": AS_OF, "measure_name": "kept"}]


@pytest.mark.rules("model_parameters", "stability_months")
def test_compared_is_the_date_a_year_before_else_the_oldest(bench):
    dates = [date(2025, 5, 31), date(2025, 6, 30), date(2025, 7, 31), date(2026, 5, 31)]
    past = [{"as_of_date": on, "customer_key": "a"} for on in dates]
    bench.run("intermediate.int_stability_dates", stg_history__scores=past)
    found = {
        row["validation_date"]: row["reference_date"]
        for row in bench.rows("from intermediate.int_stability_dates")
    }
    assert found == {
        dates[1]: dates[0], dates[2]: dates[0], dates[3]: dates[0], AS_OF: dates[1]
    }  # fmt: skip


def test_without_any_past_date_nothing_is_said(bench):
    assert stability(bench, [], [5] * 10) == {}
    assert bands(bench, []) == {}
