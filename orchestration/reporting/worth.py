"""What the scores are worth, for the report: verdicts against what happened, early warnings that do not help."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from orchestration.reporting.labels import Label, label

Rows = Callable[[str], list[dict[str, Any]]]
COMPOSITE = Label("composite", "Composite", "综合评分", -1)


@dataclass(frozen=True)
class Worth:
    """`scores`: a row per outcome and score, the customers of all windows taken together. `shifts`: measures whose
    population moved since a year before, worst first. `useless`: early warnings that do not help.
    """

    scores: list[dict[str, Any]] = field(default_factory=list)
    shifts: list[dict[str, Any]] = field(default_factory=list)
    useless: list[dict[str, Any]] = field(default_factory=list)
    first_date: date | None = None

    @property
    def moved(self) -> list[tuple[Label, date, list[dict[str, Any]]]]:
        """The shifts by status and reference date, the worst status first."""
        found: dict[tuple[Label, date], list[dict[str, Any]]] = {}
        for row in self.shifts:
            found.setdefault((row["status"], row["reference_date"]), []).append(row)
        return [(status, since, rows) for (status, since), rows in found.items()]

    @property
    def judged(self) -> int:
        """Pairs of outcome and score of which enough customers went bad and stayed good to say anything."""
        return sum(row["auc"] is not None for row in self.scores)


def read_worth(rows: Rows, as_of: date) -> Worth:
    """Read it from the tables of a published finance file. `rows` runs a query."""
    scores = rows("select * from mart_score_worth order by outcome_id nulls last, dimension nulls last")
    shifts = rows(
        "select * from mart_score_stability where stability_status in ('look', 'shifted')"
        f" and validation_date = date '{as_of.isoformat()}'"
        " order by psi desc nulls last, measure_name nulls last"
    )
    useless = rows(
        "select * from mart_alert_grades where alert_verdict in ('never_helps', 'no_better', 'misleads')"
        " order by alert_id nulls last"
    )
    first = rows("select min(as_of_date) as first_date from fct_customer_risk")[0]["first_date"]
    return Worth(
        [
            {
                **row,
                "outcome": label("outcomes", row["outcome_id"]),
                "score": _score(row["dimension"]),
                "naive": label("validation_terms", row["best_naive_rule"]),
                "verdict": label("validation_terms", row["score_verdict"]),
            }
            for row in scores
        ],
        [{**row, "measure": _measure(row), "status": _status(row)} for row in shifts],
        [{**row, "verdict": label("validation_terms", row["alert_verdict"])} for row in useless],
        first,
    )


def _score(dimension: str) -> Label:
    return COMPOSITE if dimension == COMPOSITE.code else label("risk_dimensions", dimension)


def _measure(row: dict[str, Any]) -> Label:
    if row["measure_type"] == "factor":
        return label("risk_factors", row["measure_name"])
    return _score(row["measure_name"])


def _status(row: dict[str, Any]) -> Label:
    return label("validation_terms", row["stability_status"])
