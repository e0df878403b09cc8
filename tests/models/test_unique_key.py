"""The generic test unique_key: what it fails on, and that `newest` looks at the last date alone."""

import re

import duckdb
import jinja2
import pytest

from tests.support.project import PROJECT_ROOT

SQL = (PROJECT_ROOT / "dbt_project/tests/generic/unique_key.sql").read_text(encoding="utf-8")


def failures(rows: str, newest: str | None = None) -> int:
    """Rows that the test finds among `rows`, values of (day, name)."""
    body = re.sub(r"{% (test [^%]*|endtest) %}", "", SQL)
    query = jinja2.Template(body).render(model="found", columns=["day", "name"], newest=newest)
    with duckdb.connect() as connection:
        connection.execute(f"create table found as from (values {rows}) as t(day, name)")
        return len(connection.execute(query).fetchall())


@pytest.mark.parametrize(
    ("rows", "whole", "last"),
    [
        ("(1, 'a'), (1, 'b'), (2, 'a')", 0, 0),
        ("(1, 'a'), (2, 'a'), (2, 'a')", 1, 1),
        ("(1, 'a'), (1, 'a'), (2, 'a')", 1, 0),
        ("(1, 'a'), (2, null)", 1, 1),
    ],
    ids=["unique", "doubled on the last date", "doubled before", "no name"],
)
def test_a_key_is_unique_and_whole(rows: str, whole: int, last: int) -> None:
    assert failures(rows) == whole
    assert failures(rows, newest="day") == last
