"""The shell answers whole statements from the published marts, and reaches nothing else."""

from pathlib import Path

import duckdb
import pytest

from orchestration.reporting.query import Answer
from orchestration.reporting.shell import MORE, PROMPT, Shell


class Screen:
    """What a session showed and told."""

    def __init__(self, database: Path) -> None:
        self.answers: list[Answer] = []
        self.texts: list[str] = []
        self.shell = Shell(database, self.answers.append, self.texts.append)

    def run(self, text: str) -> int:
        return self.shell.run(text.split("\n"))

    @property
    def rows(self) -> list[list[tuple]]:
        return [list(found.rows) for found in self.answers]


@pytest.fixture
def screen(tmp_path: Path) -> Screen:
    path = tmp_path / "finance.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts; create table marts.tiers (tier varchar, x integer)")
        connection.execute("insert into marts.tiers values ('low', 1), ('a;b', 2)")
        connection.execute("comment on table marts.tiers is 'One row per tier'")
    return Screen(path)


def test_statements_over_several_lines_and_two_in_a_row(screen: Screen) -> None:
    assert screen.run("select x\nfrom tiers\n\norder by x;\nselect count(*) from tiers") == 0
    assert screen.rows == [[(1,), (2,)], [(2,)]]


@pytest.mark.parametrize(
    "text",
    [
        "select x from tiers where tier = 'a;\n' or tier = 'a;b';",
        "select x from tiers -- first;\nwhere tier = 'a;b';",
        "select x from tiers where tier = 'a;b' /* ;\n */;",
        "select x from tiers where tier = '客户;\n' or x = 2;",
    ],
)
def test_a_semicolon_in_a_text_or_comment_ends_nothing(screen: Screen, text: str) -> None:
    assert screen.run(text) == 0
    assert screen.rows == [[(2,)]]


def test_the_prompt_tells_that_a_statement_goes_on_and_it_can_be_dropped(screen: Screen) -> None:
    assert screen.shell.prompt == PROMPT
    screen.shell.take("select")
    assert screen.shell.prompt == MORE
    screen.shell.forget()
    assert screen.shell.prompt == PROMPT


def test_commands(screen: Screen) -> None:
    assert screen.run(".tables\n.columns tiers\n.help\n.nothing\n.quit\nselect 1;") == 1
    assert screen.rows == [
        [("tiers", "One row per tier")],
        [("tier", "VARCHAR", None), ("x", "INTEGER", None)],
    ]
    assert ".quit" in screen.texts[0]
    assert ".nothing" in screen.texts[1]
    assert "tiers" in screen_words(screen)


def screen_words(screen: Screen) -> list[str]:
    """Completions of a session of its own: the one that ran is closed."""
    return Screen(Path(screen.shell.database)).shell.words()


def test_an_error_is_told_in_one_line_and_the_session_goes_on(screen: Screen) -> None:
    assert screen.run("select nothing from tiers;\nselect cast(tier as integer) from tiers;\nselect 1;") == 2
    assert screen.rows == [[(1,)]]
    assert all(len(text.splitlines()) == 1 and "low" not in text for text in screen.texts)
