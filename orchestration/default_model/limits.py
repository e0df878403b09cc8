"""How much history a fit needs, from the rule table model_parameters."""

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class Limits:
    """Parameters `pd_*` in force: counts of customers, shares, margins; `claim_z` standard errors make a claim."""

    min_events: int
    events_per_factor: int
    max_bins: int
    min_bin_share: float
    min_information: float
    auc_margin: float
    claim_z: float

    @classmethod
    def read(cls, connection: duckdb.DuckDBPyConnection) -> "Limits":
        """Read them from the build's rule tables. Raises KeyError for one that is not in force."""
        rows = connection.execute(
            "select parameter, value from staging.stg_rules__model_parameters"
        ).fetchall()
        values = {name.removeprefix("pd_"): value for name, value in rows}
        whole = {name: int(values[name]) for name in ("min_events", "events_per_factor", "max_bins")}
        shares = {name: float(values[name]) for name in ("min_bin_share", "min_information", "auc_margin")}
        return cls(**whole, **shares, claim_z=float(values["interval_z"]))
