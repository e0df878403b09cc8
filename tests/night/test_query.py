"""The session of `crw query` and `crw shell` reads the published marts and reaches nothing else."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from orchestration.errors import ConfigurationError
from orchestration.reporting.query import as_csv, as_json, run_query
from orchestration.reporting.shell import Shell

ESCAPES = [
    "select * from read_csv('{secret}')",
    "select * from '{secret}'",
    "select content from read_text('{secret}')",
    "select * from read_blob('{secret}')",
    "select * from sniff_csv('{secret}')",
    "select * from glob('/*')",
    "select * from read_parquet('{secret}')",
    "select * from 'https://example.com/x.parquet'",
    "select getenv('HOME')",
    "select * from leaked",
    "from read_json('{secret}')",
    "from read_duckdb('{out}')",
    "from parquet_metadata('{secret}')",
    "from query('select * from read_text(''{secret}'')')",
    "from json_execute_serialized_sql(json_serialize_sql('select * from read_text(''{secret}'')'))",
    "select * from 's3://bucket/x.parquet'",
    "from duckdb_secrets()",
    "from duckdb_extensions()",
    "from enable_logging()",
    "from import_database('{out}')",
    "from copy_database('finance', 'memory')",
    "create secret s (type s3, key_id 'a', secret 'b')",
    "set variable x = getenv('HOME')",
    "set threads = 8",
    "reset search_path",
    "set search_path = 'temp'",
    "pragma enable_external_access",
    "import database '{out}'",
    "detach finance",
    "explain analyze select * from read_text('{secret}')",
    "merge into tiers using tiers as t on false when not matched then insert values ('x', 1)",
    "truncate tiers",
    "alter table tiers add column y integer",
    "comment on table tiers is 'x'",
    "with x as (delete from tiers returning *) select * from x",
    "select 1; copy tiers to '{out}'",
    "copy tiers to '{out}'",
    "export database '{out}'",
    "attach '{out}' as other",
    "install httpfs",
    "load httpfs",
    "set enable_external_access = true",
    "reset lock_configuration",
    "pragma database_list",
    "call pragma_version()",
    "create table x as select 1",
    "create temp table x as select 1",
    "create macro f() as 1",
    "insert into tiers values ('x')",
    "delete from tiers",
    "drop table tiers",
    "update tiers set tier = 'x'",
    "checkpoint",
    "use main",
    "begin",
    "prepare p as select 1",
    "vacuum",
    "",
    "select",
]


@pytest.fixture
def published(tmp_path: Path) -> Path:
    path = tmp_path / "finance.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create schema marts; create table marts.tiers as select 'low' as tier, 1.5::decimal(18, 2) as x"
        )
    return path


def by_query(database: Path, statement: str) -> str:
    """Ask as `crw query` does; returns the refusal."""
    with pytest.raises(ConfigurationError) as caught:
        run_query(database, statement)
    return str(caught.value)


def by_shell(database: Path, statement: str) -> str:
    """Ask as `crw shell` does, twice in one session; returns the second refusal."""
    shown, told = [], []
    session = Shell(database, shown.append, told.append)
    assert session.run([*(f"{statement};", f"{statement};")] if statement else ["select;", "select;"]) == 2
    assert shown == []
    return told[1]


@pytest.mark.parametrize("ask", [by_query, by_shell])
@pytest.mark.parametrize("statement", ESCAPES)
def test_nothing_leaves_the_session(
    published: Path, tmp_path: Path, statement: str, ask: Callable[[Path, str], str]
) -> None:
    leaked = [1, 2, 3]  # a Python variable that a replacement scan would find
    secret, out = tmp_path / "secret.csv", tmp_path / "out"
    secret.write_text("top,secret\n1,2\n")
    before = published.read_bytes()
    told = ask(published, statement.format(secret=secret, out=out))
    assert len(told.splitlines()) == 1
    assert "top" not in told
    assert not out.exists()
    assert published.read_bytes() == before
    assert leaked


def test_error_text_carries_no_value_of_a_row(published: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        run_query(published, "select cast(tier as integer) from tiers")
    assert "low" not in str(caught.value)


@pytest.mark.parametrize("sql", ["from tiers", "select * from marts.tiers", "select * from tiers limit 1"])
def test_select_answers(published: Path, sql: str) -> None:
    answer = run_query(published, sql)
    assert answer.columns == ["tier", "x"]
    assert [row[0] for row in answer.rows] == ["low"]


def test_show_and_describe_answer(published: Path) -> None:
    assert run_query(published, "show tables").rows == [("tiers",)]
    assert [row[0] for row in run_query(published, "describe tiers").rows] == ["tier", "x"]


def test_rows_are_written_as_csv_and_json(published: Path) -> None:
    answer = run_query(published, "select tier, x, null as nothing from tiers")
    assert as_csv(answer) == "tier,x,nothing\nlow,1.50,\n"
    assert '"x": "1.50"' in as_json(answer)
