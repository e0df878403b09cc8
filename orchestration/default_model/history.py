"""Finished dates as a fit sees them: who performed, what its factors said, who defaulted within the window."""

from dataclasses import dataclass

import duckdb
import numpy as np

# Views over all finished dates: read once, not for each question.
_ONCE = """
    create or replace temp table pd_observations as from intermediate.int_pd_observations;
    create or replace temp table pd_points as from intermediate.int_pd_points;
"""
_OBSERVATIONS = "from pd_observations order by validation_date, customer_key"
_FACTORS = "select distinct factor_id from pd_points order by factor_id"


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
        """The rarer kind's customers, each once: windows overlap, and one default stands in several of them."""
        return int(min(len(np.unique(self.customers[self.bads == kind].astype(str))) for kind in (0, 1)))


def read_history(connection: duckdb.DuckDBPyConnection) -> History:
    """Read what the build's models found; no rows in a young warehouse."""
    connection.execute(_ONCE)
    rows = connection.execute(_OBSERVATIONS).fetchnumpy()
    factors = [name for (name,) in connection.execute(_FACTORS).fetchall()]
    points: dict[str, np.ndarray] = {}
    if factors:
        wide = ", ".join(
            f"max(case when factor_id = ? then points end) as factor_{i}" for i in range(len(factors))
        )
        found = connection.execute(
            f"select {wide} from pd_observations left join pd_points using (validation_date, customer_key)"
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
