"""Finished dates as a fit sees them: who performed, what its factors said, who defaulted within the window."""

from dataclasses import dataclass

import duckdb
import numpy as np

_OBSERVATIONS = """
    select validation_date, window_end, is_pooled, customer_key, is_bad, credit_score, default_probability, late_share
    from intermediate.int_pd_observations
    order by validation_date, customer_key
"""


@dataclass(frozen=True)
class History:
    """Rows sorted by date and customer, every array of shape (n,); nan where nothing is known.

    `dates` and `window_ends` are days (datetime64), `points` by factor.
    """

    dates: np.ndarray
    customers: np.ndarray
    window_ends: np.ndarray
    pooled: np.ndarray
    bads: np.ndarray
    score: np.ndarray
    prior: np.ndarray
    late_share: np.ndarray
    points: dict[str, np.ndarray]

    def where(self, rows: np.ndarray) -> "History":
        """The rows of a mask."""
        arrays = {name: value[rows] for name, value in vars(self).items() if name != "points"}
        return History(**arrays, points={name: value[rows] for name, value in self.points.items()})

    @property
    def events(self) -> int:
        """The rarer kind's customers."""
        return int(min(self.bads.sum(), (1 - self.bads).sum()))


def read_history(connection: duckdb.DuckDBPyConnection) -> History:
    """Read what the build's models found; no rows in a young warehouse."""
    rows = connection.execute(_OBSERVATIONS).fetchnumpy()
    factors = [
        name
        for (name,) in connection.execute(
            "select distinct factor_id from intermediate.int_pd_points order by 1"
        ).fetchall()
    ]
    wide = ", ".join(
        f"max(case when factor_id = ? then points end) as factor_{i}" for i in range(len(factors))
    )
    points: dict[str, np.ndarray] = {}
    if factors:
        found = connection.execute(
            f"select {wide} from intermediate.int_pd_observations left join intermediate.int_pd_points"
            " using (validation_date, customer_key)"
            " group by validation_date, customer_key order by validation_date, customer_key",
            factors,
        ).fetchnumpy()
        points = {name: _floats(found[f"factor_{i}"]) for i, name in enumerate(factors)}
    return History(
        dates=np.asarray(rows["validation_date"], dtype="datetime64[D]"),
        customers=np.asarray(rows["customer_key"], dtype=object),
        window_ends=np.asarray(rows["window_end"], dtype="datetime64[D]"),
        pooled=np.asarray(rows["is_pooled"], dtype=bool),
        bads=np.asarray(rows["is_bad"], dtype=int),
        score=_floats(rows["credit_score"]),
        prior=_floats(rows["default_probability"]),
        late_share=_floats(rows["late_share"]),
        points=points,
    )


def _floats(column: np.ndarray) -> np.ndarray:
    return np.ma.filled(np.ma.asarray(column, dtype=float), np.nan)
