"""What a finished date says now against what was published of it, measure by measure."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from orchestration.building.sql import identifier, literal

COLUMNS = (
    "restated_date date, customer_key varchar, measure varchar, old_value varchar, new_value varchar,"
    " old_run_id varchar, new_run_id varchar, reason varchar"
)
# They name the row or the run, not what it says.
_IDENTITY = {
    "customer_risk_key",
    "as_of_date",
    "run_id",
    "rules_version",
    "known_at",
}


@dataclass(frozen=True)
class Finished:
    """A date that was published before: the run that made it and its files by table."""

    day: date
    run_id: str
    files: dict[str, Path]


def create_table(connection: duckdb.DuckDBPyConnection, same_day: Path | None) -> None:
    """Make run.restatements; `same_day` is what an earlier run of this very date had listed already."""
    connection.execute(f"create or replace table run.restatements ({COLUMNS})")
    if same_day is not None:
        names = ", ".join(part.split()[0] for part in COLUMNS.split(", "))
        connection.execute(
            f"insert into run.restatements select {names} from read_parquet({literal(same_day)})"
        )


def differs(connection: duckdb.DuckDBPyConnection, finished: Finished, now: dict[str, Path | str]) -> bool:
    """Whether any table of a date has other rows now, but for the columns that name the run or came later."""
    for table, source in now.items():
        if table not in finished.files:  # published before this table was kept
            return True
        old, new = _source(finished.files[table]), _source(source)
        names = ", ".join(identifier(name) for name in _common(connection, old, new))
        both = f"(select {names} from {old} except all select {names} from {new})"
        back = f"(select {names} from {new} except all select {names} from {old})"
        row = connection.execute(f"select exists (from {both}) or exists (from {back})").fetchone()
        if row and row[0]:
            return True
    return False


def record(
    connection: duckdb.DuckDBPyConnection,
    finished: Finished,
    now: Path | str,
    *,
    table: str,
    run_id: str,
    reason: str,
) -> int:
    """Add to run.restatements each measure of each customer that changed. Returns how many.

    A customer that came or went is one row, measure `customer`. Values are text: amounts, scores and tiers alike.
    """
    old, new = _source(finished.files[table]), _source(now)
    measures = [name for name in _common(connection, old, new) if name != "customer_key"]
    connection.execute(
        "create or replace temp table restated as select coalesce(old.customer_key, new.customer_key) as customer_key,"
        " old.customer_key is null as came, new.customer_key is null as went,"
        + ", ".join(f"old.{identifier(n)} as {identifier('old_' + n)}" for n in measures)
        + ", "
        + ", ".join(f"new.{identifier(n)} as {identifier('new_' + n)}" for n in measures)
        + f" from {old} as old full join {new} as new on old.customer_key = new.customer_key where "
        + " or ".join(f"old.{identifier(n)} is distinct from new.{identifier(n)}" for n in measures)
    )
    parts = [
        "select customer_key, 'customer', case when came then 'absent' else 'present' end,"
        " case when came then 'present' else 'absent' end from restated where came or went"
    ]
    parts += [
        f"select customer_key, {literal(n)}, cast({identifier('old_' + n)} as varchar),"
        f" cast({identifier('new_' + n)} as varchar) from restated where not came and not went"
        f" and {identifier('old_' + n)} is distinct from {identifier('new_' + n)}"
        for n in measures
    ]
    found = connection.execute(
        "insert into run.restatements select ?, *, ?, ?, ? from (" + " union all ".join(parts) + ")",
        [finished.day, finished.run_id, run_id, reason],
    ).fetchone()
    connection.execute("drop table restated")
    return int(found[0]) if found else 0


def _source(source: Path | str) -> str:
    return f"read_parquet({literal(source)})" if isinstance(source, Path) else source


def _common(connection: duckdb.DuckDBPyConnection, old: str, new: str) -> list[str]:
    described = [
        {row[0] for row in connection.execute(f"describe from {part}").fetchall()} for part in (old, new)
    ]
    return sorted(described[0] & described[1] - _IDENTITY)
