"""What the challenger would change: tiers, customers with the reasons, limits, what the scores are worth, losses."""

from dataclasses import asdict, dataclass, field
from typing import Any

import duckdb

from orchestration.whatif import queries
from orchestration.whatif.challenge import Change
from orchestration.whatif.movers import find_movers
from orchestration.whatif.sides import OPTIONAL, Scored

Rows = list[dict[str, Any]]


@dataclass
class Comparison:
    """All differences as rows; every pair of columns `<figure>_before`, `<figure>_after` is champion, challenger."""

    changes: list[Change]
    warnings: list[str]
    matrix: Rows
    migration: Rows
    movers: Rows
    movers_total: int
    limits: dict[str, Any]
    controls: Rows
    credit_control: Rows
    worths: Rows
    windows: Rows
    calibration: Rows
    expected_loss: dict[str, Any] | None
    skipped: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing that is compared differs."""
        moved = any(row["up"] or row["down"] or row["scores_changed"] for row in self.migration)
        pairs = [*self.worths, *self.windows, *self.calibration, self.limits, self.expected_loss or {}]
        return not (
            moved or self.movers_total or self.controls or self.credit_control or any(map(differs, pairs))
        )

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain values, for JSON."""
        return asdict(self)


def differs(row: dict[str, Any]) -> bool:
    """Whether any figure of a row is another after than before."""
    return any(
        value != row[name.removesuffix("_before") + "_after"]
        for name, value in row.items()
        if name.endswith("_before")
    )


def compare(scored: Scored, movers: int | None) -> Comparison:
    """Compare both sides; `movers` customers (all when None) are explained, all are counted."""
    connection, on = scored.connection, {"on": scored.on}
    moved = find_movers(connection, scored.on, movers)
    skipped = [
        f"{table}: the project has no such mart, so no change of it can be told." for table in scored.missing
    ]
    has_loss = OPTIONAL[0] not in scored.missing
    return Comparison(
        changes=list(scored.challenge.changes),
        warnings=list(scored.challenge.warnings),
        matrix=_rows(connection, queries.MATRIX),
        migration=_rows(connection, queries.MIGRATION),
        movers=_rows(connection, "select * exclude (place) from explained order by place"),
        movers_total=moved,
        limits=_rows(connection, queries.LIMITS)[0],
        controls=_rows(connection, queries.CONTROLS),
        credit_control=_rows(connection, queries.credit_control(connection)),
        worths=_rows(connection, queries.WORTHS),
        windows=_rows(connection, queries.NEWEST_WINDOWS),
        calibration=_rows(connection, queries.CALIBRATION),
        expected_loss=_rows(connection, queries.LOSS, on)[0] if has_loss else None,
        skipped=skipped,
    )


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, values: dict[str, Any] | None = None) -> Rows:
    result = connection.execute(sql, values) if values else connection.execute(sql)
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
