"""Creates the DuckDB file of one run: landed batches as views, the run's facts, the risk history."""

from collections.abc import Mapping
from pathlib import Path

import duckdb

from orchestration.building.contracts import contract_shape
from orchestration.building.plan import RunPlan
from orchestration.building.restatements import create_table
from orchestration.building.sql import identifier, literal
from orchestration.default_model import storing as default_model
from orchestration.files import make_dirs, remove_tree
from orchestration.landing.ledger import PlannedLoad, raw_shape
from orchestration.publishing.history import HISTORY_TABLES
from orchestration.settings import Settings

DATABASE = "warehouse.duckdb"


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
        set_context(connection, plan)
        connection.execute("create table run.settings (rules_date date, base_currency varchar)")
        connection.execute("insert into run.settings values (?, ?)", [plan.as_of, plan.base_currency])
        create_table(connection, None)
        default_model.create_tables(connection)
        _source_files(connection, plan.loads)
        _quarantine(connection, settings.warehouse, plan.loads)
        set_history(connection, settings.dbt_dir, plan.files(settings.warehouse, before=plan.as_of))
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


def set_context(connection: duckdb.DuckDBPyConnection, plan: RunPlan) -> None:
    """Write which date is measured, by which run and under which rules; what was there is replaced."""
    connection.execute(
        "create or replace table run.context (as_of_date date, known_at timestamp, run_id varchar,"
        " rules_version varchar, base_currency varchar)"
    )
    known_at = plan.known_at.replace(tzinfo=None)
    row = [plan.as_of, known_at, plan.run_id, plan.rules_version, plan.base_currency]
    connection.execute("insert into run.context values (?, ?, ?, ?, ?)", row)


def set_history(
    connection: duckdb.DuckDBPyConnection, dbt_dir: Path, partitions: Mapping[str, list[Path]]
) -> None:
    """Make history.<table> of finished dates for every history table: its partitions, or no rows of its shape."""
    for table in HISTORY_TABLES:
        shape = contract_shape(dbt_dir, table)
        names = ", ".join(identifier(name) for name, _ in shape)
        nothing = ", ".join(f"cast(null as {kind}) as {identifier(name)}" for name, kind in shape)
        sql = f"select {nothing} where false"
        if files := partitions.get(table):
            # An older partition may lack columns that came later.
            listed = ", ".join(literal(path) for path in files)
            read = f"read_parquet([{listed}], union_by_name = true, hive_partitioning = false)"
            sql = f"select {names} from ({sql} union all by name select * from {read})"
        connection.execute(f"create or replace view history.{identifier(table)} as {sql}")


def connect_build(build: Path, memory_limit: str, threads: int) -> duckdb.DuckDBPyConnection:
    """Open a build's database to write, with the limits of the run; spilled rows stay in the build's folder."""
    connection = duckdb.connect(
        str(build / DATABASE),
        config={"memory_limit": memory_limit, "threads": threads, "temp_directory": str(build / "tmp")},
    )
    connection.execute("set timezone = 'UTC'")
    connection.execute("set preserve_insertion_order = false")
    return connection
