"""Slow, obvious counterparts of what the models compute: every pair of a bad and a good customer is looked at."""

from __future__ import annotations

import numpy as np

Values = np.ndarray


def wins(bad: Values, good: Values) -> Values:
    """One row per bad, one column per good: 1 where the bad one has the riskier value, a half where they tie."""
    return (bad[:, None] > good[None, :]) + 0.5 * (bad[:, None] == good[None, :])


def auc(values: Values, is_bad: Values) -> float:
    """Mean of all wins."""
    return float(wins(values[is_bad], values[~is_bad]).mean())


def delong_error(values: Values, is_bad: Values) -> float:
    """Standard error by DeLong, DeLong and Clarke-Pearson (1988): sample variances of the placements."""
    won = wins(values[is_bad], values[~is_bad])
    of_bad, of_good = won.mean(axis=1), won.mean(axis=0)
    return float(np.sqrt(of_bad.var(ddof=1) / len(of_bad) + of_good.var(ddof=1) / len(of_good)))


def influences(values: Values, is_bad: Values, customers: Values) -> dict[str, float]:
    """Pull of each customer on the AUC, over all its observations."""
    won, area = wins(values[is_bad], values[~is_bad]), auc(values, is_bad)
    pulls = np.empty(len(values))
    pulls[is_bad] = (won.mean(axis=1) - area) / is_bad.sum()
    pulls[~is_bad] = (won.mean(axis=0) - area) / (~is_bad).sum()
    return {customer: float(pulls[customers == customer].sum()) for customer in set(customers)}


def clustered_error(*pulls: dict[str, float]) -> float:
    """Standard error of an AUC, or of the first less the second, each customer counting as one (Obuchowski 1997)."""
    first, second = pulls[0], pulls[1] if len(pulls) > 1 else {}
    total = sum((pull - second.get(customer, 0.0)) ** 2 for customer, pull in first.items())
    return float(np.sqrt(total * len(first) / (len(first) - 1)))


def ks(values: Values, is_bad: Values) -> float:
    """Largest distance between the two shares above any value."""
    cuts = np.unique(values)
    return float(max(abs((values[is_bad] > c).mean() - (values[~is_bad] > c).mean()) for c in cuts))
