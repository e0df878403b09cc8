"""crw rules: the rule tables checked, and each rule with the tests that prove it."""

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from orchestration.cli import options
from orchestration.errors import ConfigurationError
from orchestration.reporting.summary import TABLE_STYLE
from orchestration.rules import proofs, validating
from orchestration.rules.tables import RuleTable, read_tables
from orchestration.settings import PROJECT_ROOT, Settings

rules_app = typer.Typer(help="The rule tables of seeds/rules.", no_args_is_help=True)


@rules_app.callback()
def rules() -> None:
    """The rule tables of seeds/rules."""


@rules_app.command()
def check(
    table: Annotated[
        str | None, typer.Option("--table", help="Print only the rules of this table.", show_default=False)
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print only what is wrong and the count.")
    ] = False,
) -> None:
    """Validate every rule table and print each rule with what tests it.

    Fails (exit 2) on a broken row, on a rule that no test proves, and on a test of a rule that does not exist.
    """
    tables = read_tables(Settings.from_environment().rules_dir)
    found = list(validating.problems(tables))
    tests_dir = PROJECT_ROOT / "tests"
    marks = proofs.read_proofs(tests_dir) if tests_dir.is_dir() else []
    if marks:
        found += proofs.problems(tables, marks)
    if not quiet:
        _print(tables, proofs.by_rule(tables, marks), table)
    if found:
        listed = "\n".join(f"  {problem}" for problem in found)
        raise ConfigurationError(
            f"The rule tables do not hold:\n{listed}\n",
            "correct the rows, or mark the test that proves a rule with @pytest.mark.rules(table, id).",
        )
    rows = sum(len(one.rows) for one in tables)
    typer.echo(f"Rule tables: all hold ({len(tables)} tables, {rows} rows, {len(marks)} marked tests)")


def _print(tables: list[RuleTable], tested: dict[tuple[str, str], list[str]], only: str | None) -> None:
    console = options.console()
    for table in tables:
        if only not in (None, table.name) or (only is None and table.kind != "rule"):
            continue
        shown = Table(title=f"{table.name} ({table.kind})", **TABLE_STYLE)
        for name in ("rule", "version", "from", "to", "owner", "tested by"):
            shown.add_column(name, overflow="fold")
        for row in table.rows:
            tests = tested.get((table.name, table.rule_id(row)), [])
            cells = (
                row[name] or "–" for name in ("rules_version", "effective_from", "effective_to", "owner")
            )
            shown.add_row(escape(table.rule_id(row)), *cells, escape("\n".join(tests) or "–"))
        console.print(shown)


def register(app: typer.Typer) -> None:
    """Add these commands to the app."""
    app.add_typer(rules_app, name="rules")
