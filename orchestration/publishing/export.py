"""Writes a build's marts as files for readers: one DuckDB file per audience and one Parquet file per mart."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.building.sql import identifier, literal
from orchestration.errors import BuildFailed
from orchestration.files import make_dirs
from orchestration.protection.audiences import AUDIENCES, is_valid
from orchestration.publishing.grain import grain_of, meta_of, order_by
from orchestration.publishing.history import HISTORY_TABLES
from orchestration.publishing.manifest import TableFacts
from orchestration.publishing.withholding import CellRule, shown_to_bi

# BI drivers on DuckDB 1.x open this storage; DuckDB 2.0's own default they do not.
STORAGE_VERSION = "v1.0.0"


@dataclass(frozen=True)
class Mart:
    """A published table as dbt's manifest describes it; `grain` names and orders its rows."""

    name: str
    schema: str
    audience: tuple[str, ...]
    grain: tuple[str, ...]
    description: str
    columns: dict[str, str]


def marts_of(dbt_manifest: dict[str, Any]) -> list[Mart]:
    """Read the published marts from dbt's manifest: models of the marts folder with `meta.audience`."""
    marts = []
    for node in dbt_manifest["nodes"].values():
        if node["resource_type"] != "model" or not node["path"].startswith("marts/"):
            continue
        meta = meta_of(node)
        audience = tuple(meta.get("audience", ()))
        if not is_valid(audience):
            raise BuildFailed(
                f"Mart {node['name']} has no valid audience.",
                "give it meta.audience [finance] or [finance, bi] in its _models.yml.",
            )
        columns = {name: column.get("description", "") for name, column in node["columns"].items()}
        marts.append(
            Mart(
                name=node["name"],
                schema=node["schema"],
                audience=audience,
                grain=grain_of(node),
                description=node.get("description", ""),
                columns=columns,
            )
        )
    return sorted(marts, key=lambda mart: mart.name)


def export(
    build_db: Path,
    folder: Path,
    partitions: Path,
    marts: list[Mart],
    history: dict[str, list[Path]],
    *,
    cells: Mapping[str, CellRule],
    memory_limit: str,
    threads: int,
    temp_dir: Path,
) -> dict[str, TableFacts]:
    """Write finance.duckdb, bi.duckdb and marts/*.parquet into `folder`, this run's partitions into `partitions`.

    `history` maps a history table to the partition files of all dates to publish, oldest first, this run's among them;
    `cells` a mart to the small cells that BI may not see. The build is only read. Returns rows, decimal sums, audience
    and Parquet file per table.
    """
    make_dirs(folder / "marts")
    make_dirs(partitions)
    facts: dict[str, TableFacts] = {}
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"set memory_limit = {literal(memory_limit)}")
        connection.execute(f"set threads = {int(threads)}")
        connection.execute(f"set temp_directory = {literal(temp_dir)}")
        connection.execute(f"attach {literal(build_db)} as build (read_only)")
        for audience in AUDIENCES:
            target = literal(folder / f"{audience}.duckdb")
            connection.execute(f"attach {target} as {audience} (storage_version '{STORAGE_VERSION}')")
            connection.execute(f"create schema {audience}.marts")
        for mart in marts:
            facts[mart.name] = _export_mart(
                connection, folder, partitions, mart, history.get(mart.name, []), cells.get(mart.name)
            )
        for audience in AUDIENCES:
            connection.execute(f"checkpoint {audience}")
            connection.execute(f"detach {audience}")
    for audience in AUDIENCES:
        assert not (folder / f"{audience}.duckdb.wal").exists(), (
            "a published file may not need a write-ahead log"
        )
    return facts


def write_partition(
    connection: duckdb.DuckDBPyConnection, source: str, grain: tuple[str, ...], file: Path
) -> None:
    """Write the rows of one date, ordered by date and grain, as a Parquet partition. The same rows are the same bytes.

    `source` is a table that held no other rows: the file's schema follows the table's statistics.
    """
    kept = connection.execute("select current_setting('preserve_insertion_order')").fetchall()[0][0]
    # Without it two threads write a large sorted table in any order of its row groups.
    connection.execute("set preserve_insertion_order = true")
    connection.execute(
        f"copy (from {source} order by as_of_date, {order_by(grain)}) to {literal(file)}"
        " (format parquet, compression zstd)"
    )
    connection.execute(f"set preserve_insertion_order = {kept}")


def _export_mart(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    partitions: Path,
    mart: Mart,
    history: list[Path],
    cells: CellRule | None,
) -> TableFacts:
    own = f"build.{identifier(mart.schema)}.{identifier(mart.name)}"
    table = f"finance.marts.{identifier(mart.name)}"
    if mart.name in HISTORY_TABLES:
        write_partition(connection, own, mart.grain, partitions / f"{mart.name}.parquet")
        join_dates(connection, own, table, history)
    else:
        connection.execute(f"create table {table} as from {own} order by {order_by(mart.grain)}")
    # The engine keeps the order of rows it was given: nothing is sorted twice.
    parquet = f"marts/{mart.name}.parquet"
    connection.execute(f"copy {table} to {literal(folder / parquet)} (format parquet, compression zstd)")
    for audience in mart.audience:
        copy = f"{audience}.marts.{identifier(mart.name)}"
        if audience != "finance":
            shown = f"from {table}"
            if cells is not None:
                (key,) = mart.grain
                shown = (
                    f"{shown_to_bi(connection, table, key, cells)} order by {order_by(('as_of_date', key))}"
                )
            connection.execute(f"create table {copy} as {shown}")
        _comment(connection, copy, mart)
    return _facts(connection, table, mart, parquet)


def join_dates(connection: duckdb.DuckDBPyConnection, shape: str, table: str, partitions: list[Path]) -> None:
    """Make a table of partitions in their order, in the columns of `shape`; a column that one lacks is null in it.

    Each is ordered already, so any number of dates takes the memory of one.
    """
    connection.execute(f"create table {table} as from {shape} limit 0")
    columns = [row[0] for row in connection.execute(f"describe {table}").fetchall()]
    for partition in partitions:
        source = f"read_parquet({literal(partition)})"
        held = {row[0] for row in connection.execute(f"describe from {source}").fetchall()}
        names = ", ".join(identifier(column) for column in columns if column in held)
        connection.execute(f"insert into {table} ({names}) select {names} from {source}")


def _comment(connection: duckdb.DuckDBPyConnection, table: str, mart: Mart) -> None:
    if mart.description:
        connection.execute(f"comment on table {table} is {literal(mart.description)}")
    for column, description in mart.columns.items():
        if description:
            connection.execute(f"comment on column {table}.{identifier(column)} is {literal(description)}")


def _facts(connection: duckdb.DuckDBPyConnection, table: str, mart: Mart, parquet: str) -> TableFacts:
    described = connection.execute(f"describe {table}").fetchall()
    decimals = [name for name, kind, *_ in described if str(kind).startswith("DECIMAL")]
    sums = ", ".join(f"coalesce(sum({identifier(name)}), 0)::varchar" for name in decimals)
    row = connection.execute(f"select count(*){', ' + sums if sums else ''} from {table}").fetchone()
    assert row is not None
    return TableFacts(
        rows=row[0],
        sums=dict(zip(decimals, row[1:], strict=True)),
        audience=list(mart.audience),
        parquet=parquet,
    )
