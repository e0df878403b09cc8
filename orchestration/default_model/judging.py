"""Fits the candidates, judges each on dates after those it was fitted on, and chooses one."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from sklearn.metrics import brier_score_loss

from orchestration.default_model.areas import Area
from orchestration.default_model.history import History
from orchestration.default_model.limits import Limits
from orchestration.default_model.scorecard import (
    Calibration,
    Scorecard,
    fit_calibration,
    fit_scorecard,
    probability,
)

METHODS = ("fitted", "calibrated", "rule_prior", "late_share")


@dataclass(frozen=True)
class Span:
    """First and last date of some rows, their number and the bad ones among them."""

    first: date | None = None
    last: date | None = None
    observations: int = 0
    bads: int = 0

    @classmethod
    def of(cls, history: History) -> "Span":
        """The span of all rows of a history."""
        if not len(history.dates):
            return cls()
        first, last = history.dates.min().item(), history.dates.max().item()
        return cls(first, last, len(history.dates), int(history.bads.sum()))


@dataclass(frozen=True)
class Candidate:
    """One way to a probability of default; `reason` is a term of default_terms."""

    name: str
    reason: str
    fit: Span = Span()
    judged: Span = Span()
    auc: float | None = None
    brier: float | None = None
    is_chosen: bool = False


@dataclass(frozen=True)
class Choice:
    """All candidates, one of them chosen, and the formulas of those that have one."""

    candidates: tuple[Candidate, ...]
    scorecard: Scorecard | None = None
    calibration: Calibration | None = None


def choose(history: History, limits: Limits) -> Choice:
    """Fit on all finished windows, judge by refitting on earlier dates alone, and choose the best that is proven."""
    scored = history.where(~np.isnan(history.score) & ~np.isnan(history.prior))
    if scored.events < limits.min_events:
        names = [Candidate(name, "insufficient_history", Span.of(scored)) for name in METHODS[:2]]
        return Choice(
            (*names, _prior(Candidate("rule_prior", ""), True), Candidate("late_share", "comparison"))
        )
    scorecard = fit_scorecard(scored.points, scored.bads, scored.events, limits)
    calibration = fit_calibration(scored.score, scored.bads)
    judged, forecasts = _forecasts(scored, limits)
    is_judged = judged.events >= limits.min_events
    # A double's last digits are the machine's; six places are the forecast's.
    areas = {
        name: Area(np.round(forecast, 6), judged.bads, judged.customers)
        for name, forecast in forecasts.items()
        if is_judged
    }
    found = {name: _measured(name, judged, forecasts.get(name), areas.get(name)) for name in METHODS}
    for name in METHODS[:2]:
        found[name] = replace(found[name], fit=Span.of(scored))
    fitted = _judge_fitted(found, scorecard, limits, areas)
    calibrated = _judge_calibrated(found, calibration)
    chosen = next((c.name for c in (fitted, calibrated) if c.is_chosen), "rule_prior")
    calibrated = replace(calibrated, is_chosen=chosen == "calibrated")
    late = replace(found["late_share"], reason="comparison")
    candidates = (fitted, calibrated, _prior(found["rule_prior"], chosen == "rule_prior"), late)
    return Choice(candidates, scorecard, calibration)


def _judge_fitted(
    found: dict[str, Candidate], scorecard: Scorecard | None, limits: Limits, areas: dict[str, Area]
) -> Candidate:
    own, score = found["fitted"], found["calibrated"]
    if scorecard is None:
        return replace(own, reason="no_factor")
    if own.auc is None or score.auc is None or own.brier is None or score.brier is None:
        return replace(own, reason="no_later_window")
    mine, other = areas["fitted"], areas["calibrated"]
    z, gain = limits.claim_z, mine.auc - other.auc
    # Better than the score by more than chance, and better than a coin: to beat an upside-down score is no merit.
    is_ordered = (
        gain >= limits.auc_margin and gain > z * mine.gain_error(other) and mine.auc - 0.5 > z * mine.error
    )
    is_better = is_ordered and own.brier < score.brier
    return replace(own, reason="beats_score" if is_better else "not_better", is_chosen=is_better)


def _judge_calibrated(found: dict[str, Candidate], calibration: Calibration | None) -> Candidate:
    own, prior = found["calibrated"], found["rule_prior"]
    if calibration is None:
        return replace(own, reason="upside_down")
    if own.brier is None or prior.brier is None:
        return replace(own, reason="unjudged_level", is_chosen=True)
    is_worse = own.brier > prior.brier
    return replace(own, reason="prior_better" if is_worse else "better_level", is_chosen=not is_worse)


def _prior(candidate: Candidate, is_chosen: bool) -> Candidate:
    return replace(candidate, reason="nothing_proven" if is_chosen else "comparison", is_chosen=is_chosen)


def _forecasts(history: History, limits: Limits) -> tuple[History, dict[str, np.ndarray]]:
    """Rows of the dates whose windows do not overlap, and what each candidate, fitted before, forecast of them.

    A candidate that could not be fitted before every such date has no forecast.
    """
    rows = np.zeros(len(history.dates), dtype=bool)
    made = {name: np.full(len(history.dates), np.nan) for name in METHODS}
    for day in np.unique(history.dates[history.pooled]):
        earlier = history.where(history.window_ends <= day)
        if earlier.events < limits.min_events:
            continue
        now = history.dates == day
        later = history.where(now)
        rows |= now
        if scorecard := fit_scorecard(earlier.points, earlier.bads, earlier.events, limits):
            made["fitted"][now] = probability(scorecard.log_odds(later.points))
        if calibration := fit_calibration(earlier.score, earlier.bads):
            made["calibrated"][now] = probability(calibration.log_odds(later.score))
        made["rule_prior"][now] = later.prior
        made["late_share"][now] = np.nan_to_num(later.late_share)
    whole = {name: forecast[rows] for name, forecast in made.items()}
    return history.where(rows), {name: found for name, found in whole.items() if not np.isnan(found).any()}


def _measured(name: str, judged: History, forecast: np.ndarray | None, area: Area | None) -> Candidate:
    span = Span.of(judged)
    if forecast is None or area is None:
        return Candidate(name, "", judged=span)
    brier = None if name == "late_share" else round(float(brier_score_loss(judged.bads, forecast)), 6)
    return Candidate(name, "", judged=span, auc=round(area.auc, 6), brier=brier)
