"""The fit of the probability of default: weights of evidence by hand, what it needs, what it never does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.default_model.areas import Area
from orchestration.default_model.binning import bin_factor, information_value, weight_of_evidence
from orchestration.default_model.history import History, read_history
from orchestration.default_model.judging import Candidate, Choice, Span, choose
from orchestration.default_model.limits import Limits
from orchestration.default_model.scorecard import Scorecard, fit_calibration, fit_scorecard, probability
from orchestration.default_model.storing import store
from tests.rules.rule_tables import in_force
from tests.scoring.bench import AS_OF
from tests.support.records import invoice
from tests.support.warehouse import Scenario
from tests.validation import reference

_RULES = {row["parameter"]: float(row["value"]) for row in in_force("model_parameters", AS_OF)}
LIMITS = Limits(
    min_events=int(_RULES["pd_min_events"]),
    events_per_factor=int(_RULES["pd_events_per_factor"]),
    max_bins=int(_RULES["pd_max_bins"]),
    min_bin_share=_RULES["pd_min_bin_share"],
    min_information=_RULES["pd_min_information"],
    auc_margin=_RULES["pd_auc_margin"],
    claim_z=_RULES["interval_z"],
)
DAYS = np.arange("2023-06", "2025-07", 3, dtype="datetime64[M]").astype("datetime64[D]")


def company(
    *, customers: int = 400, trait: float = 1.5, score: float = 0.5, seed: int = 1, base: float = -2.5
) -> History:
    """A company over nine quarters: one factor tells the trait, one half of it, one nothing, one is never known.

    `trait` is how much defaults follow it, `score` how much of it the credit score knows.
    """
    dice = np.random.default_rng(seed)
    hidden = dice.normal(size=customers)
    parts = []
    for day in DAYS:
        bads = (dice.random(customers) < probability(base + trait * hidden)).astype(int)
        noise = dice.normal(size=(4, customers))
        points = {
            "telling": np.round(np.clip(50 + 20 * hidden, 0, 100), 2),
            "half": np.round(np.clip(50 + 10 * hidden + 15 * noise[0], 0, 100), 2),
            "nothing": np.round(np.clip(50 + 20 * noise[1], 0, 100), 2),
            "unknown": np.full(customers, np.nan),
        }
        shown = np.round(np.clip(50 + 20 * (score * hidden + (1 - score) * noise[2]), 0, 100), 2)
        pooled = day in DAYS[[0, 4, 8]]
        parts.append((np.full(customers, day), bads, shown, points, np.full(customers, pooled)))
    dates = np.concatenate([part[0] for part in parts])
    whole = np.concatenate([part[2] for part in parts])
    return History(
        dates=dates,
        customers=np.tile(np.arange(customers).astype(str).astype(object), len(DAYS)),
        window_ends=dates + np.timedelta64(365, "D"),
        pooled=np.concatenate([part[4] for part in parts]),
        bads=np.concatenate([part[1] for part in parts]),
        score=whole,
        prior=np.full(len(dates), 0.3),
        late_share=whole / 100,
        points={name: np.concatenate([part[3][name] for part in parts]) for name in parts[0][3]},
    )


def by_name(choice: Choice) -> dict[str, Candidate]:
    assert sum(found.is_chosen for found in choice.candidates) == 1
    return {found.name: found for found in choice.candidates}


def test_weight_of_evidence_and_information_value_by_hand() -> None:
    # 30 of 40 bad and 100 of 400 good in the cell: ln(0.75 / 0.25)
    assert (
        weight_of_evidence(30, 100, 40, 400) == pytest.approx(np.log(3)) == pytest.approx(1.098612, abs=1e-6)
    )
    assert weight_of_evidence(10, 300, 40, 400) == pytest.approx(np.log(1 / 3))
    assert information_value([(30, 100), (10, 300)]) == pytest.approx(0.5 * np.log(3) + 0.5 * np.log(3))
    # a zero cell gets a count of a half
    assert weight_of_evidence(0, 100, 40, 400) == pytest.approx(np.log(0.5 / 40 / 0.25))
    assert weight_of_evidence(10, 0, 40, 400) == pytest.approx(np.log(0.25 / (0.5 / 400)))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 1)), min_size=40, max_size=200), st.randoms())
def test_worse_points_never_have_less_evidence_whatever_the_data_and_its_order(
    rows: list[tuple[int, int]], dice: Any
) -> None:
    points = np.array([np.nan if value == 12 else value * 8.25 for value, _ in rows])
    bads = np.array([bad for _, bad in rows])
    if len(set(bads)) < 2:
        return
    found = bin_factor("factor", points, bads, LIMITS)
    mixed = list(range(len(rows)))
    dice.shuffle(mixed)
    assert bin_factor("factor", points[mixed], bads[mixed], LIMITS) == found
    if found:
        known = [one.woe for one in found.bins if not one.is_missing]
        assert known == sorted(set(known))
        assert 2 <= len(known) <= LIMITS.max_bins
        assert sum(one.observations for one in found.bins) == len(rows)
        assert sum(one.bads for one in found.bins) == bads.sum()
        scale = found.woe(np.linspace(0, 100, 500))
        assert (np.diff(scale) >= 0).all()


@pytest.mark.rules("model_parameters", "pd_max_bins", "pd_min_bin_share", "pd_min_information")
def test_bins_are_few_large_and_tell_something() -> None:
    history = company()
    points, bads = history.points["telling"], history.bads
    found = bin_factor("telling", points, bads, LIMITS)
    assert found
    known = [one for one in found.bins if not one.is_missing]
    assert len(known) == LIMITS.max_bins
    assert min(one.observations for one in known) >= LIMITS.min_bin_share * len(bads)
    two = bin_factor("telling", points, bads, replace(LIMITS, max_bins=2))
    assert two
    assert len(two.bins) == 3
    card = fit_scorecard(
        history.points, bads, history.events, replace(LIMITS, min_information=found.information_value)
    )
    assert card
    assert [factor.factor for factor in card.factors] == ["telling"]
    assert fit_scorecard(history.points, bads, history.events, replace(LIMITS, min_information=99)) is None


@pytest.mark.rules("model_parameters", "pd_events_per_factor")
def test_a_factor_needs_its_number_of_events_and_the_right_sign() -> None:
    history = company()
    card = fit_scorecard(history.points, history.bads, history.events, LIMITS)
    assert card
    assert min(card.coefficients) > 0
    assert "nothing" not in {factor.factor for factor in card.factors}
    few = replace(LIMITS, events_per_factor=history.events)
    one = fit_scorecard(history.points, history.bads, history.events, few)
    assert one
    assert len(one.factors) == 1
    backward = {"telling": 100 - history.points["telling"]}
    assert fit_scorecard(backward, history.bads, history.events, LIMITS) is None
    assert fit_calibration(100 - history.score, history.bads) is None


def test_the_formula_does_not_depend_on_the_order_of_rows() -> None:
    history = company()
    mixed = np.random.default_rng(3).permutation(len(history.bads))
    assert choose(history.where(mixed), LIMITS) == choose(history, LIMITS)


@pytest.mark.rules("model_parameters", "pd_auc_margin")
@pytest.mark.rules("default_terms", "fitted", "beats_score", "not_better")
def test_the_fit_is_used_only_where_it_beats_the_score_on_later_dates() -> None:
    found = by_name(choose(company(), LIMITS))
    fitted, calibrated = found["fitted"], found["calibrated"]
    assert (fitted.is_chosen, fitted.reason) == (True, "beats_score")
    assert fitted.auc >= calibrated.auc + LIMITS.auc_margin
    assert fitted.brier < calibrated.brier < found["rule_prior"].brier
    assert found["late_share"].brier is None
    # judged on dates that begin after what it was fitted on is over, each customer's fate once
    assert fitted.judged.first == DAYS[4].item()
    assert fitted.judged.observations == 2 * 400
    assert fitted.fit == Span(DAYS[0].item(), DAYS[-1].item(), 9 * 400, int(company().bads.sum()))
    knowing = by_name(choose(company(score=1.0), LIMITS))
    assert (knowing["fitted"].reason, knowing["calibrated"].reason) == ("not_better", "better_level")
    assert knowing["calibrated"].is_chosen
    strict = by_name(choose(company(), replace(LIMITS, auc_margin=0.5)))
    assert strict["calibrated"].is_chosen


def test_areas_and_their_errors_are_those_of_every_pair() -> None:
    history = company(customers=60)
    first, second = (
        Area(history.score, history.bads, history.customers),
        Area(np.round(history.points["telling"]), history.bads, history.customers),
    )
    is_bad = history.bads == 1
    pulls = [
        reference.influences(values, is_bad, history.customers)
        for values in (history.score, np.round(history.points["telling"]))
    ]
    assert first.auc == pytest.approx(reference.auc(history.score, is_bad))
    assert first.error == pytest.approx(reference.clustered_error(pulls[0]))
    assert first.gain_error(second) == pytest.approx(reference.clustered_error(*pulls))


@pytest.mark.parametrize("seed", range(8))
def test_where_nothing_can_be_known_no_fit_is_used(seed: int) -> None:
    assert not by_name(choose(company(trait=0, seed=seed), LIMITS))["fitted"].is_chosen


@pytest.mark.rules("model_parameters", "pd_min_events")
@pytest.mark.rules(
    "default_terms",
    "insufficient_history",
    "no_later_window",
    "unjudged_level",
    "prior_better",
    "upside_down",
)
def test_too_little_history_is_an_answer() -> None:
    history = company()
    nobody = history.where(np.zeros(len(history.bads), dtype=bool))
    all_good = replace(history, bads=np.zeros_like(history.bads))
    few = history.where(np.flatnonzero(history.bads)[: LIMITS.min_events - 1])
    for young in (nobody, all_good, few):
        choice = choose(young, LIMITS)
        found = by_name(choice)
        assert found["rule_prior"].is_chosen
        assert found["fitted"].reason == found["calibrated"].reason == "insufficient_history"
        assert choice.scorecard is choice.calibration is None
    # One customer's default stands in every window that overlaps it, and stays one.
    same = replace(few, customers=np.array([f"c{i % 5}" for i in range(len(few.bads))], dtype=object))
    both = [replace(same, bads=np.full(len(few.bads), kind)) for kind in (0, 1)]
    pooled = {
        name: np.concatenate([getattr(half, name) for half in both])
        for name in vars(same)
        if name != "points"
    }
    assert History(**pooled, points={}).events == 5
    one_year = by_name(choose(history.where(history.dates == DAYS[0]), LIMITS))
    assert one_year["fitted"].reason == "no_later_window"
    assert one_year["calibrated"].reason == "unjudged_level"
    assert one_year["calibrated"].is_chosen  # enough defaults for a level, though none to judge it by
    constant = replace(history, points={"constant": np.full(len(history.bads), 5.0)})
    assert by_name(choose(constant, LIMITS))["fitted"].reason == "no_factor"
    backward = by_name(choose(replace(history, score=100 - history.score), LIMITS))
    assert backward["calibrated"].reason == "upside_down"
    wise = replace(history, prior=np.where(history.bads == 1, 0.9, 0.1))
    assert by_name(choose(wise, LIMITS))["calibrated"].reason == "prior_better"


FILES = {
    "invoices": [
        invoice(f"{customer}{month}", 1000, f"2026-0{month}-01", f"2026-0{month}-20", customer_id=customer)
        for customer in "AB"
        for month in (2, 3)
    ]
}


def test_history_is_read_with_gaps_as_gaps_and_limits_from_the_rules() -> None:
    connection = duckdb.connect(":memory:")
    connection.execute("create schema intermediate; create schema staging")
    connection.execute(
        "create table intermediate.int_pd_observations as select * from (values"
        " (date '2024-03-31', 'b', date '2025-03-31', true, 1, null, 0.1, null),"
        " (date '2024-03-31', 'a', date '2025-03-31', true, 0, 12.5, 0.2, 0.25)) as t(validation_date, customer_key,"
        " window_end, is_pooled, is_bad, credit_score, default_probability, late_share)"
    )
    connection.execute(
        "create table intermediate.int_pd_points as select date '2024-03-31' as validation_date,"
        " 'b' as customer_key, 'utilisation' as factor_id, 40.25 as points"
    )
    found = read_history(connection)
    assert list(found.customers) == ["a", "b"]
    assert list(found.bads) == [0, 1]
    assert found.score[0] == 12.5
    assert np.isnan(found.score[1])
    assert np.isnan(found.points["utilisation"][0])
    assert found.points["utilisation"][1] == 40.25
    assert choose(found, LIMITS).candidates[0].reason == "insufficient_history"
    rows = ", ".join(f"('{name}', {value})" for name, value in _RULES.items())
    connection.execute(
        f"create table staging.stg_rules__model_parameters as from (values {rows}) as t(parameter, value)"
    )
    assert Limits.read(connection) == LIMITS


def _stored(choice: Choice) -> dict[str, list[dict[str, Any]]]:
    connection = duckdb.connect(":memory:")
    connection.execute("create schema run")
    store(connection, choice)
    tables = {}
    for table in ("pd_candidates", "pd_coefficients"):
        cursor = connection.execute(f"from run.{table}")
        names = [column[0] for column in cursor.description]
        tables[table] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return tables


def _renamed(card: Scorecard) -> Scorecard:
    names = {"telling": "oldest_dpd", "half": "late_share"}
    kept = [(f, c) for f, c in zip(card.factors, card.coefficients, strict=True) if f.factor in names]
    factors = tuple(replace(factor, factor=names[factor.factor]) for factor, _ in kept)
    return Scorecard(card.intercept, factors, tuple(coefficient for _, coefficient in kept))


def test_scoring_in_sql_is_the_formula_that_was_fitted() -> None:
    choice = choose(company(), LIMITS)
    choice = replace(choice, scorecard=_renamed(choice.scorecard))
    result = Scenario(as_of="2026-04-25", files=FILES, run_tables=_stored(choice)).run(
        ["int_default_probabilities", "mart_pd_model", "mart_pd_coefficients"]
    )
    rows = result.rows(
        "select factor_id, points from intermediate.int_factor_points join intermediate.int_default_logits"
        " using (customer_key) where factor_id in ('oldest_dpd', 'late_share') order by customer_key, factor_id"
    )
    points = {
        name: np.array(
            [np.nan if r["points"] is None else round(r["points"], 2) for r in rows if r["factor_id"] == name]
        )
        for name in ("oldest_dpd", "late_share")
    }
    expected = probability(choice.scorecard.log_odds(points))
    found = result.rows("from intermediate.int_default_probabilities order by customer_key")
    assert [row["pd_method"] for row in found] == ["fitted", "fitted"]
    assert [row["probability_of_default"] for row in found] == pytest.approx(list(expected), abs=2e-6)
    assert len(result.rows("from marts.mart_pd_model")) == 4
    bins = result.rows("from marts.mart_pd_coefficients where candidate = 'fitted' and bin > 0")
    assert {row["label_en"] is not None for row in bins} == {True}
    assert all((row["scaled_points"] < 0) == (row["woe"] > 0) or row["woe"] == 0 for row in bins)


@pytest.mark.rules("default_terms", "calibrated", "rule_prior", "better_level", "nothing_proven")
def test_the_calibrated_score_in_sql() -> None:
    choice = choose(company(score=1.0), LIMITS)
    result = Scenario(as_of="2026-04-25", files=FILES, run_tables=_stored(choice)).run(
        "int_default_probabilities"
    )
    row = result.rows(
        "from intermediate.int_default_probabilities join intermediate.int_composite_scores using (customer_key)"
    )[0]
    line = choice.calibration
    assert row["pd_method"] == "calibrated"
    expected = float(probability(line.log_odds(np.array([row["credit_score"]])))[0])
    assert row["probability_of_default"] == pytest.approx(expected, abs=1e-6)
