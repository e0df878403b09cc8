"""Creates the DuckDB file of one run: landed batches as views, the run's facts, the risk history."""

from pathlib import Path

import duckdb

from orchestration.building.plan import RunPlan
from orchestration.building.sql import identifier, literal
from orchestration.files import make_dirs, remove_tree
from orchestration.landing.ledger import PlannedLoad, raw_shape
from orchestration.publishing.history import HISTORY_TABLES
from orchestration.settings import Settings

DATABASE = "warehouse.duckdb"
_HISTORY_COLUMNS = "as_of_date, customer_key, risk_tier, value_tier, composite_score"


def create_workspace(settings: Settings, plan: RunPlan, known_entities: list[tuple[str, str]]) -> Path:
    """Make builds/<run_id>/ anew with warehouse.duckdb and plan.json; return the folder.

    `known_entities` are all (source, entity) pairs the models may ask for: an absent one is an empty table.
    """
    build = settings.warehouse / "builds" / plan.run_id
    remove_tree(build)
    make_dirs(build.parent)
    build.mkdir(mode=0o700)
    for name in ("target", "logs", "tmp"):
        (build / name).mkdir(mode=0o700)
    plan.write(build)
    with duckdb.connect(str(build / DATABASE)) as connection:
        connection.execute("set timezone = 'UTC'")
        for schema in ("raw", "run", "history"):
            connection.execute(f"create schema {schema}")
        for source, entity in known_entities:
            used = [load for load in plan.loads if (load.source, load.entity) == (source, entity)]
            _raw_relation(connection, settings.warehouse, source, entity, used)
        _run_context(connection, plan)
        _source_files(connection, plan.loads)
        _quarantine(connection, settings.warehouse, plan.loads)
        _history(connection, settings.warehouse, plan)
    close_database(build)
    return build


def close_database(build: Path) -> None:
    """Checkpoint the build's database and prove that nothing is left in a write-ahead log."""
    with duckdb.connect(str(build / DATABASE)) as connection:
        connection.execute("checkpoint")
    assert not (build / f"{DATABASE}.wal").exists(), "the build's database still has a write-ahead log"


def _raw_relation(
    connection: duckdb.DuckDBPyConnection, warehouse: Path, source: str, entity: str, loads: list[PlannedLoad]
) -> None:
    name = f"raw.{identifier(f'{source}__{entity}')}"
    shape = raw_shape(source, entity)
    parts = [_batch(warehouse, load, [column for column, _ in shape]) for load in loads if load.raw_path]
    if parts:
        connection.execute(f"create view {name} as " + " union all ".join(parts))
    else:
        columns = ", ".join(f"{identifier(column)} {kind}" for column, kind in shape)
        connection.execute(f"create table {name} ({columns})")


def _batch(warehouse: Path, load: PlannedLoad, columns: list[str]) -> str:
    # File and load time belong to the load, not to the batch's content: constants beside the Parquet rows.
    constants = {
        "_file": literal(load.file),
        "_loaded_at": f"timestamp '{load.loaded_at.strftime('%Y-%m-%d %H:%M:%S')}'",
    }
    listed = [f"{constants[c]} as {identifier(c)}" if c in constants else identifier(c) for c in columns]
    return f"select {', '.join(listed)} from read_parquet({literal(warehouse / load.raw_path)})"


def _run_context(connection: duckdb.DuckDBPyConnection, plan: RunPlan) -> None:
    connection.execute(
        "create table run.context (as_of_date date, known_at timestamp, run_id varchar, rules_version varchar,"
        " base_currency varchar)"
    )
    known_at = plan.known_at.replace(tzinfo=None)
    row = [plan.as_of, known_at, plan.run_id, plan.rules_version, plan.base_currency]
    connection.execute("insert into run.context values (?, ?, ?, ?, ?)", row)
    connection.execute("create table run.settings (rules_date date, base_currency varchar)")
    connection.execute("insert into run.settings values (?, ?)", [plan.as_of, plan.base_currency])


def _source_files(connection: duckdb.DuckDBPyConnection, loads: list[PlannedLoad]) -> None:
    connection.execute(
        "create table run.source_files (source varchar, entity varchar, file varchar, batch_id varchar,"
        " loaded_at timestamp, snapshot_date date, rows_in_file bigint, rows_loaded bigint,"
        " rows_quarantined bigint, rows_filtered bigint, last_date date, status varchar)"
    )
    connection.execute(
        "create table run.control_sums (source varchar, entity varchar, column_name varchar, currency varchar,"
        " control_sum decimal(38, 6))"
    )
    for load in loads:
        loaded_at = load.loaded_at.replace(tzinfo=None)
        connection.execute(
            "insert into run.source_files values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                *(load.source, load.entity, load.file, load.batch_id, loaded_at, load.snapshot_date),
                *(load.rows_in_file, load.rows_loaded, load.rows_quarantined, load.rows_filtered),
                *(load.last_date, load.status),
            ],
        )
        for total in load.control_sums:
            connection.execute(
                "insert into run.control_sums values (?, ?, ?, ?, cast(? as decimal(38, 6)))",
                [load.source, load.entity, total["column"], total["currency"], str(total["sum"])],
            )


def _quarantine(connection: duckdb.DuckDBPyConnection, warehouse: Path, loads: list[PlannedLoad]) -> None:
    connection.execute(
        "create table run.quarantine (source varchar, entity varchar, file varchar, line bigint,"
        " column_name varchar, rule varchar, reason_code varchar)"
    )
    for load in loads:
        if load.quarantine_path:
            connection.execute(
                'insert into run.quarantine select source, entity, ?, line, "column", rule, reason_code'
                f" from read_parquet({literal(warehouse / load.quarantine_path)})",
                [load.file],
            )


def _history(connection: duckdb.DuckDBPyConnection, warehouse: Path, plan: RunPlan) -> None:
    files = [warehouse / partition.file for partition in plan.earlier.get(HISTORY_TABLES[0], {}).values()]
    if files:
        listed = ", ".join(literal(path) for path in files)
        connection.execute(
            f"create view history.customer_tiers as select {_HISTORY_COLUMNS}"
            f" from read_parquet([{listed}], union_by_name = true, hive_partitioning = false)"
        )
    else:
        connection.execute(
            "create table history.customer_tiers (as_of_date date, customer_key varchar, risk_tier varchar,"
            " value_tier varchar, composite_score double)"
        )
