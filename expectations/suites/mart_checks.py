"""What the suites of marts share: the tables, the values rules allow, and expectations that name owner and way out."""

from dataclasses import dataclass, field

from expectations.engine import gxe
from expectations.severity import CRITICAL, Severity, meta
from expectations.suite import Suite, rows_where


@dataclass(frozen=True)
class MartRules:
    """Values the rule tables allow, as this run has them."""

    risk_tiers: list[str] = field(default_factory=list)
    value_tiers: list[str] = field(default_factory=list)
    ageing_buckets: list[str] = field(default_factory=list)
    reason_codes: list[str] = field(default_factory=list)
    dimensions: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class MartTable:
    """A mart as dbt's manifest describes it; `grain` names a row, `required` are never empty."""

    name: str
    grain: tuple[str, ...]
    owner: str
    required: list[str]
    may_be_empty: bool = False

    @property
    def object(self) -> str:
        """`schema.table` of the mart."""
        return f"marts.{self.name}"


def conditions(suite: Suite, table: MartTable, conditions: dict[str, str]) -> None:
    """Expect that no row meets any of the named conditions."""
    for name, condition in conditions.items():
        limit(suite, table, name, rows_where(condition), f"{name.replace('_', ' ')} in some rows")


def row(
    suite: Suite,
    table: MartTable,
    kind: type[gxe.Expectation],
    problem: str,
    severity: Severity = CRITICAL,
    **arguments: object,
) -> None:
    """Expect something of the rows themselves."""
    details = meta(table.owner, f"{table.object}: {problem}", way_out(table))
    suite.rows.append(kind(severity=severity, meta=details, **arguments))


def between(suite: Suite, table: MartTable, column: str, least: float, most: float) -> None:
    """Expect a column between two values, both included."""
    problem = f"{column} lies outside {least} to {most}"
    row(
        suite,
        table,
        gxe.ExpectColumnValuesToBeBetween,
        problem,
        column=column,
        min_value=least,
        max_value=most,
    )


def accepted(suite: Suite, table: MartTable, column: str, values: list[str]) -> None:
    """Expect a column to hold only listed values."""
    problem = f"{column} holds a value that no rule table knows"
    row(suite, table, gxe.ExpectColumnValuesToBeInSet, problem, column=column, value_set=values)


def limit(suite: Suite, table: MartTable, name: str, sql: str, problem: str) -> None:
    """Expect an aggregate to be nil."""
    suite.limit(name, sql, CRITICAL, table.owner, f"{table.object}: {problem}", way_out(table))


def way_out(table: MartTable) -> str:
    """What to do when a mart breaks its rules."""
    return f"the model {table.name} or a rule table behind it is wrong: run its dbt tests on the build"
