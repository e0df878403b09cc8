"""Area under the ROC curve with standard errors in which the dates of one customer count once."""

import numpy as np


class Area:
    """AUC of some values, ties averaged, and each customer's pull on it (Obuchowski 1997, as int_score_influences).

    `values` (n,) higher is riskier, `bads` (n,) 0 or 1 with both kinds, `customers` (n,) any keys.
    """

    def __init__(self, values: np.ndarray, bads: np.ndarray, customers: np.ndarray) -> None:
        bad, good = values[bads == 1], values[bads == 0]
        placements = np.empty(len(values))
        placements[bads == 1] = _below(good, bad)
        placements[bads == 0] = 1 - _below(bad, good)
        self.auc = float(placements[bads == 1].mean())
        share = np.where(bads == 1, 1 / len(bad), 1 / len(good))
        _, place = np.unique(customers.astype(str), return_inverse=True)
        self._pulls = np.bincount(place, weights=(placements - self.auc) * share)

    @property
    def error(self) -> float:
        """Standard error of the AUC."""
        return _error(self._pulls)

    def gain_error(self, other: "Area") -> float:
        """Standard error of this AUC less another one of the same rows."""
        return _error(self._pulls - other._pulls)


def _below(others: np.ndarray, values: np.ndarray) -> np.ndarray:
    ordered = np.sort(others)
    left, right = np.searchsorted(ordered, values, "left"), np.searchsorted(ordered, values, "right")
    return (left + right) / 2 / len(others)


def _error(pulls: np.ndarray) -> float:
    return float(np.sqrt((pulls**2).sum() * len(pulls) / max(len(pulls) - 1, 1)))
