"""Key drivers against ordinary least squares of numpy: correlation, slope beside the others, importance, quadrant."""

from typing import Any

import numpy as np
import pytest

from tests.satisfaction.surveys import build, questionnaire

SQL = "select * from marts.mart_satisfaction_drivers order by attribute"


def _drivers(surveys: list[tuple[dict[str, Any], Any]], **other: Any) -> dict[str, dict[str, Any]]:
    rows = [row for ratings, overall in surveys for row in questionnaire(ratings, overall)]
    return {row["attribute"]: row for row in build(rows, upto="mart_satisfaction_drivers", **other).rows(SQL)}


def _sample(number: int) -> tuple[list[tuple[dict[str, float], float]], np.ndarray, np.ndarray]:
    """Correlated ratings of three attributes, of which price hardly matters."""
    draws = np.random.default_rng(7)
    common = draws.normal(size=number)
    ratings = np.clip(np.round(3.6 + 0.7 * common[:, None] + draws.normal(size=(number, 3))), 1, 5)
    overall = np.clip(
        np.round(0.6 * ratings[:, 0] + 0.3 * ratings[:, 1] + 0.4 + draws.normal(0, 0.4, number)), 1, 5
    )
    names = ("delivery", "quality", "price")
    return (
        [
            (dict(zip(names, map(float, row), strict=True)), float(y))
            for row, y in zip(ratings, overall, strict=True)
        ],
        ratings,
        overall,
    )


def _standard(values: np.ndarray) -> np.ndarray:
    return (values - values.mean(axis=0)) / values.std(axis=0)


def test_slopes_are_those_of_least_squares() -> None:
    surveys, ratings, overall = _sample(80)
    found = _drivers(surveys)
    slopes = np.linalg.lstsq(_standard(ratings), _standard(overall), rcond=None)[0]
    correlations = [np.corrcoef(column, overall)[0, 1] for column in ratings.T]
    explained = np.maximum(slopes * correlations, 0)
    for number, name in enumerate(("delivery", "quality", "price")):
        row = found[name]
        assert row["correlation"] == pytest.approx(correlations[number], abs=1e-6)
        assert row["standardised_slope"] == pytest.approx(slopes[number], abs=1e-5)
        assert row["importance_share"] == pytest.approx(explained[number] / explained.sum(), abs=1e-5)
        assert row["explained_variance"] == pytest.approx(float(slopes @ correlations), abs=1e-5)
        assert row["mean_rating"] == pytest.approx(ratings[:, number].mean(), abs=1e-6)
        assert row["slope"] == pytest.approx(np.polyfit(ratings[:, number], overall, 1)[0], abs=1e-6)
        assert (row["answers"], row["pairs"], row["evidence_status"]) == (80, 80, "scored")
    assert found["delivery"]["quadrant"] in {"improve_first", "keep_up"}
    assert found["price"]["quadrant"] in {"low_priority", "possible_excess"}


def test_an_attribute_that_repeats_another_has_no_slope_of_its_own() -> None:
    surveys, ratings, overall = _sample(60)
    doubled = [({**row, "speed": row["delivery"]}, y) for row, y in surveys]
    found = _drivers(doubled)
    alone = np.linalg.lstsq(_standard(ratings), _standard(overall), rcond=None)[0]
    assert found["delivery"]["standardised_slope"] == pytest.approx(alone[0], abs=1e-5)
    assert found["speed"]["standardised_slope"] is None
    assert found["speed"]["correlation"] == found["delivery"]["correlation"]
    assert (found["speed"]["evidence_status"], found["speed"]["quadrant"]) == ("insufficient_data", None)


def test_a_rating_that_never_varies_correlates_with_nothing() -> None:
    surveys = [({"delivery": 3 + number % 3, "quality": 4}, 3 + number % 3) for number in range(40)]
    found = _drivers(surveys)
    assert (found["quality"]["correlation"], found["quality"]["standardised_slope"]) == (None, None)
    assert (found["quality"]["mean_rating"], found["quality"]["evidence_status"]) == (4, "insufficient_data")
    assert (found["delivery"]["correlation"], found["delivery"]["standardised_slope"]) == (1, 1)


def test_everybody_equally_satisfied_explains_nothing() -> None:
    found = _drivers([({"delivery": 1 + number % 5}, 4) for number in range(40)])
    assert (found["delivery"]["correlation"], found["delivery"]["quadrant"]) == (None, None)


@pytest.mark.parametrize(("number", "status"), [(29, "thin"), (30, "scored")])
def test_a_quadrant_needs_enough_answers(number: int, status: str) -> None:
    row = _drivers([({"delivery": 1 + i % 5}, 1 + i % 5) for i in range(number)])["delivery"]
    assert row["evidence_status"] == status
    assert (row["quadrant"] is None) == (status == "thin")


@pytest.mark.parametrize(("ratings", "quadrant"), [((3, 5), "keep_up"), ((3, 4.9), "improve_first")])
def test_each_side_of_the_performance_split(ratings: tuple[float, float], quadrant: str) -> None:
    row = _drivers([({"delivery": ratings[i % 2]}, ratings[i % 2]) for i in range(30)])["delivery"]
    assert row["quadrant"] == quadrant  # mean 4.0 and 3.95 of five
    assert row["label_zh"]


def test_unanswered_and_unmatched_ratings() -> None:
    surveys = [({"delivery": 1 + i % 5, "quality": None}, 1 + i % 5) for i in range(30)]
    surveys += [({"delivery": 5.0, "service": 2.0}, None)]  # nobody said how satisfied overall
    found = _drivers(surveys)
    assert set(found) == {"delivery", "service"}
    assert (found["delivery"]["answers"], found["delivery"]["pairs"]) == (31, 30)
    assert (found["service"]["pairs"], found["service"]["correlation"]) == (0, None)


def test_more_attributes_than_one_regression_holds() -> None:
    draws = np.random.default_rng(3)
    ratings = np.round(draws.uniform(1, 5, size=(60, 14)))
    surveys = [
        (
            {f"attribute {number:02}": float(value) for number, value in enumerate(row)},
            float(round(row.mean())),
        )
        for row in ratings
    ]
    found = _drivers(surveys)
    assert len(found) == 14
    assert sum(row["standardised_slope"] is not None for row in found.values()) == 12
