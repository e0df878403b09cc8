"""What a suite is: expectations on the rows of one object, and counts taken over it in a single pass."""

from dataclasses import dataclass, field

from expectations.engine import gxe
from expectations.severity import Severity, meta


@dataclass(frozen=True)
class Suite:
    """Expectations on one object (`schema.table`).

    `rows` judge the table itself. `counts` are aggregates by name, read in one scan whatever their number, and
    `limits` judge that one row of counts: nothing but counts can come out of it.
    """

    name: str
    object: str
    rows: list[gxe.Expectation] = field(default_factory=list)
    counts: dict[str, str] = field(default_factory=dict)
    limits: list[gxe.Expectation] = field(default_factory=list)

    @property
    def query(self) -> str:
        """The one pass over the object that takes all counts."""
        taken = ", ".join(f"coalesce({sql}, 0) as {quoted(name)}" for name, sql in self.counts.items())
        return f"select {taken} from {self.object}"

    def limit(
        self,
        name: str,
        sql: str,
        severity: Severity,
        owner: str,
        description: str,
        way_out: str,
        *,
        most: float = 0,
    ) -> None:
        """Expect the aggregate `sql` over the object to be at most `most`."""
        self.counts[name] = sql
        self.limits.append(
            gxe.ExpectColumnMaxToBeBetween(
                column=name, max_value=most, severity=severity, meta=meta(owner, description, way_out)
            )
        )


def rows_where(condition: str) -> str:
    """Aggregate that counts the rows for which a condition holds."""
    return f"count(*) filter (where {condition})"


def quoted(name: str) -> str:
    """SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def listed(values: list[str]) -> str:
    """SQL list of text literals."""
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)
