"""Writes a whole comparison into a folder of its own, as Parquet or CSV: who moves and why, figures before and after.

Customers stand in it by key and id, as in the marts, and by no name.
"""

from datetime import date
from pathlib import Path
from typing import Any, Literal

import duckdb

from orchestration.building.sql import literal
from orchestration.errors import ConfigurationError
from orchestration.files import fsync_dir, fsync_tree, make_dirs, remove_tree, write_json
from orchestration.whatif import queries
from orchestration.whatif.movers import find_movers
from orchestration.whatif.sides import OPTIONAL, Scored

Kind = Literal["parquet", "csv"]
_OPTIONS: dict[Kind, str] = {"parquet": "format parquet, compression zstd", "csv": "format csv, header"}
_CHANGES = """
create or replace temp table changes (
    table_name varchar, rule varchar, column_name varchar, before varchar, after varchar
)
"""
# Name of the file -> what stands in it; `explained` and `pairs` are made by find_movers.
_FILES = {
    "rule_changes": "from changes order by all",
    "movers": "select * exclude (rank_before, rank_after, place, reasons), array_to_string(reasons, '; ') as reasons"
    " from explained order by place",
    "tier_matrix": queries.MATRIX,
    "tiers_by_date": queries.MIGRATION,
    "limits": queries.LIMITS,
    "controls": queries.CONTROLS,
    "score_worth": queries.WORTHS,
    "score_validation": queries.WINDOWS,
    "score_calibration": queries.CALIBRATION,
}
_LOSSES = {"expected_loss": queries.LOSS, "expected_loss_by_customer": queries.LOSS_BY_CUSTOMER}


def refuse_folder(out: Path) -> None:
    """Refuse a folder that holds anything: what an earlier comparison said stays. Raises ConfigurationError."""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise ConfigurationError(f"--out: {out} is there and is no folder.", "name a new folder.")
    if out.is_dir() and any(out.iterdir()):
        raise ConfigurationError(
            f"--out: the folder {out} is not empty, and nothing is overwritten.",
            "name a new folder, or empty that one.",
        )


def export(scored: Scored, header: dict[str, Any], out: Path, kind: Kind) -> list[str]:
    """Write every table and `comparison.json` (the header) to `out`, whole or not at all; return the files' names.

    Every customer that moves is explained. The folder is 0700, files 0640.
    Raises ConfigurationError (a folder that holds anything).
    """
    refuse_folder(out)
    out = out.absolute()
    make_dirs(out.parent)
    unfinished = out.with_name(f".{out.name}.unfinished")
    remove_tree(unfinished)
    unfinished.mkdir(mode=0o700)
    try:
        for name, sql in _tables(scored).items():
            _write(scored.connection, sql, scored.on, unfinished / f"{name}.{kind}", kind)
        write_json(unfinished / "comparison.json", header)
        for path in unfinished.iterdir():
            path.chmod(0o640)
        fsync_tree(unfinished)
        # Over an empty folder of that name; one that got a file meanwhile is refused by the system.
        unfinished.replace(out)
    except BaseException:
        remove_tree(unfinished)
        raise
    fsync_dir(out.parent)
    return sorted(path.name for path in out.iterdir())


def _tables(scored: Scored) -> dict[str, str]:
    find_movers(scored.connection, scored.on, None)
    scored.connection.execute(_CHANGES)
    for change in scored.challenge.changes:
        values = (change.table, change.rule, change.column, change.before, change.after)
        scored.connection.execute("insert into changes values (?, ?, ?, ?, ?)", values)
    credit = {"credit_control": queries.credit_control(scored.connection)}
    losses = {} if OPTIONAL[0] in scored.missing else _LOSSES
    return _FILES | credit | losses


def _write(connection: duckdb.DuckDBPyConnection, sql: str, on: date, path: Path, kind: Kind) -> None:
    # COPY takes no parameters.
    dated = sql.replace("$on", f"date {literal(on.isoformat())}")
    connection.execute(f"copy ({dated}) to {literal(path)} ({_OPTIONS[kind]})")
