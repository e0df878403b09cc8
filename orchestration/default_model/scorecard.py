"""Two formulas of the log odds of default: bins of factors with a logistic regression, or the credit score alone."""

import warnings
from dataclasses import dataclass

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from orchestration.default_model.binning import BinnedFactor, bin_factor
from orchestration.default_model.limits import Limits

_PLACES = 6
# A factor has to earn its weight: an L2 penalty of one standard step keeps rare bins from running away.
_PENALTY = 1.0
_NO_PENALTY = 1e6


@dataclass(frozen=True)
class Scorecard:
    """log odds = intercept + sum of coefficient x WoE of the bin; every coefficient is above 0."""

    intercept: float
    factors: tuple[BinnedFactor, ...]
    coefficients: tuple[float, ...]

    def log_odds(self, points: dict[str, np.ndarray]) -> np.ndarray:
        """Log odds, shape (n,), from points by factor, each of shape (n,)."""
        total = self.intercept
        for factor, coefficient in zip(self.factors, self.coefficients, strict=True):
            total = total + np.round(coefficient * factor.woe(points[factor.factor]), _PLACES)
        return np.asarray(total)


@dataclass(frozen=True)
class Calibration:
    """log odds = intercept + slope x credit score; the slope is above 0."""

    intercept: float
    slope: float

    def log_odds(self, score: np.ndarray) -> np.ndarray:
        """Log odds, shape (n,), of scores of shape (n,)."""
        return self.intercept + self.slope * score


def probability(log_odds: np.ndarray) -> np.ndarray:
    """Probability of default from its log odds."""
    return 1 / (1 + np.exp(-log_odds))


def fit_scorecard(
    points: dict[str, np.ndarray], bads: np.ndarray, events: int, limits: Limits
) -> Scorecard | None:
    """Bin, choose and weigh factors; None when none separates. Both kinds of `bads` (0 or 1, shape (n,)) exist.

    `events` customers are of the rarer kind: they bound how many factors may be weighed.

    A factor whose coefficient is not above 0 is taken out, the worst first: worse points never lower the probability.
    """
    binned = [bin_factor(name, values, bads, limits) for name, values in sorted(points.items())]
    useful = [found for found in binned if found and found.information_value >= limits.min_information]
    useful.sort(key=lambda found: (-found.information_value, found.factor))
    kept = useful[: max(events // limits.events_per_factor, 1)]
    while kept:
        woes = np.column_stack([factor.woe(points[factor.factor]) for factor in kept])
        intercept, weights = _logistic(woes, bads, _PENALTY)
        worst = int(np.argmin(weights))
        if weights[worst] > 0:
            return Scorecard(intercept, tuple(kept), tuple(weights))
        del kept[worst]
    return None


def fit_calibration(score: np.ndarray, bads: np.ndarray) -> Calibration | None:
    """Fit the level of the credit score (0-100, shape (n,)) to what happened; None when riskier did no worse."""
    if len(np.unique(score)) < 2:
        return None
    # In units of the whole scale the solver is well conditioned.
    intercept, (slope,) = _logistic(score.reshape(-1, 1) / 100, bads, _NO_PENALTY)
    found = Calibration(intercept, round(slope / 100, 8))
    return found if found.slope > 0 else None


def _logistic(rows: np.ndarray, bads: np.ndarray, penalty: float) -> tuple[float, list[float]]:
    # Equal rows counted once and sorted: the sums, and with them the last digits, do not depend on the rows' order.
    unique, place = np.unique(np.column_stack([rows, bads]), axis=0, return_inverse=True)
    weights = np.bincount(place.ravel()).astype(float)
    model = LogisticRegression(C=penalty, solver="newton-cholesky", tol=1e-9, max_iter=200)
    with warnings.catch_warnings():
        # Separated without a penalty: what it reached is finite, and later dates judge it.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(unique[:, :-1], unique[:, -1].astype(int), sample_weight=weights)
    return round(float(model.intercept_[0]), _PLACES), [round(float(c), _PLACES) for c in model.coef_[0]]
