"""Both sides of a comparison, and the tables that are kept of each; loads no dbt, so any command may import it."""

from dataclasses import dataclass
from datetime import date

import duckdb

from orchestration.whatif.challenge import Challenge

SIDES = ("champion", "challenger")
COMPARED = (
    "mart_controls",
    "mart_credit_control",
    "mart_score_calibration",
    "mart_score_validation",
    "mart_score_worth",
)
# Compared where the project has them.
OPTIONAL = ("mart_expected_loss",)


@dataclass(frozen=True)
class Scored:
    """Both sides in one open database, schemas `champion` and `challenger`; `dates` are all that were measured."""

    connection: duckdb.DuckDBPyConnection
    challenge: Challenge
    on: date
    dates: tuple[date, ...]
    missing: tuple[str, ...]
