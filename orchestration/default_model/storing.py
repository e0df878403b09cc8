"""What was tried and its formulas, as tables of the run that models read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import duckdb

if TYPE_CHECKING:  # whoever only makes the tables needs no learning library
    from orchestration.default_model.judging import Candidate, Choice

CANDIDATES = (
    "candidate varchar, is_chosen boolean, reason varchar, fit_from date, fit_to date, fit_observations integer,"
    " fit_bads integer, judged_from date, judged_to date, judged_observations integer, judged_bads integer,"
    " auc double, brier double"
)
COEFFICIENTS = (
    "candidate varchar, term varchar, bin integer, bin_from double, bin_to double, is_missing boolean,"
    " observations integer, bads integer, woe double, information_value double, log_odds_weight double"
)


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Make both tables of the run, empty: nothing was tried yet."""
    connection.execute(f"create or replace table run.pd_candidates ({CANDIDATES})")
    connection.execute(f"create or replace table run.pd_coefficients ({COEFFICIENTS})")


def store(connection: duckdb.DuckDBPyConnection, choice: Choice) -> None:
    """Replace the rows of both tables by a choice."""
    create_tables(connection)
    _insert(connection, "run.pd_candidates", [_candidate(found) for found in choice.candidates])
    _insert(connection, "run.pd_coefficients", list(_coefficients(choice)))


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[tuple[Any, ...]]) -> None:
    for row in rows:
        connection.execute(f"insert into {table} values ({', '.join('?' * len(row))})", row)


def _candidate(found: Candidate) -> tuple[Any, ...]:
    fit, judged = found.fit, found.judged
    return (
        *(found.name, found.is_chosen, found.reason),
        *(fit.first, fit.last, fit.observations, fit.bads),
        *(judged.first, judged.last, judged.observations, judged.bads),
        *(found.auc, found.brier),
    )


def _coefficients(choice: Choice) -> Iterator[tuple[Any, ...]]:
    nothing = (None,) * 4
    if card := choice.scorecard:
        yield ("fitted", "intercept", 0, None, None, False, *nothing, card.intercept)
        for factor, coefficient in zip(card.factors, card.coefficients, strict=True):
            for number, one in enumerate(factor.bins, 1):
                yield (
                    *("fitted", factor.factor, number, one.low, one.high, one.is_missing),
                    *(one.observations, one.bads, one.woe, factor.information_value, coefficient),
                )
    if line := choice.calibration:
        yield ("calibrated", "intercept", 0, None, None, False, *nothing, line.intercept)
        yield ("calibrated", "credit_score", 0, None, None, False, *nothing, line.slope)
