"""Past dates in memory: what they read, what they leave in the build, and when a table goes."""

import duckdb
import pytest

from orchestration.building.dated import DatedModel
from orchestration.building.scratch import Scratch


def dated(
    name: str,
    sql: str,
    *reads: str,
    is_view: bool = False,
    contract: bool = False,
    grain: tuple[str, ...] = (),
) -> DatedModel:
    """A dated model of schema `marts` in a database named memory."""
    return DatedModel(name, f'"memory"."marts"."{name}"', sql, is_view, contract, grain, reads)


MODELS = [
    dated("day", 'select as_of from "memory"."run"."context"', is_view=True),
    dated("a", 'select as_of, 1 as n from "memory"."marts"."day"', "day"),
    dated("seen", 'select * from "memory"."marts"."a"', "a", is_view=True),
    dated("aa", 'select n + 1 as n from "memory"."marts"."a"', "a"),
    dated(
        "fact",
        'select seen.as_of, aa.n + documents.n as n from "memory"."marts"."seen" as seen'
        ' cross join "memory"."marts"."aa" as aa cross join "memory"."marts"."documents" as documents',
        "aa",
        "seen",
        contract=True,
        grain=("n",),
    ),
]


@pytest.fixture
def build() -> duckdb.DuckDBPyConnection:
    """A build of a date: documents that no date changes, and the models as dbt left them."""
    connection = duckdb.connect()
    for schema in ("run", "marts"):
        connection.execute(f"create schema {schema}")
    connection.execute("create table run.context as select date '2026-06-30' as as_of")
    connection.execute("create table marts.documents as select 40 as n")
    connection.execute("create table marts.fact (as_of date not null, n decimal(9, 2) primary key)")
    connection.execute("insert into marts.fact values ('2026-06-30', 7)")
    return connection


def tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Names of the tables in memory beside the build."""
    found = connection.execute(
        "select table_name from duckdb_tables() where database_name = 'scratch'"
    ).fetchall()
    return sorted(name for (name,) in found)


def test_a_date_is_measured_beside_the_build_and_its_tables_go_when_they_are_read(
    build: duckdb.DuckDBPyConnection,
) -> None:
    scratch = Scratch(build, MODELS)
    for day in ("2026-04-30", "2026-05-31"):
        build.execute(f"update run.context set as_of = date '{day}'")
        scratch.clear()
        left = []
        for model in MODELS:
            scratch.fill(model)
            left.append(tables(build))
        # `a` is read by the fact through a view, so it outlives `aa`.
        assert left == [[], ["a"], ["a"], ["a", "aa"], ["fact"]]
        rows = build.execute(f"select cast(as_of as varchar), n from {scratch.relation('fact')}").fetchall()
        assert [(row[0], float(row[1])) for row in rows] == [(day, 42.0)]
    assert build.execute("select cast(as_of as varchar), cast(n as int) from marts.fact").fetchall() == [
        ("2026-06-30", 7)
    ]


def test_a_contract_gives_the_declared_types_without_its_keys(build: duckdb.DuckDBPyConnection) -> None:
    scratch = Scratch(build, MODELS)
    for model in MODELS:
        scratch.fill(model)
    declared = (
        "select data_type from duckdb_columns() where table_name = 'fact' and database_name = '{}' order by 1"
    )
    assert (
        build.execute(declared.format("scratch")).fetchall()
        == build.execute(declared.format("memory")).fetchall()
    )
    build.execute(f"insert into {scratch.relation('fact')} from {scratch.relation('fact')}")
    assert build.execute(f"select count(*) from {scratch.relation('fact')}").fetchall() == [(2,)]
