"""Landed survey answers with the cells that tests rarely care about filled in."""

from collections.abc import Iterable
from itertools import count
from typing import Any

from tests.support.warehouse import Result, Scenario

Row = dict[str, Any]
_NUMBERS = count(1)


def answers(metric: str, scores: Iterable[float | None], **cells: Any) -> list[Row]:
    """One questionnaire of customer A for each score; None is an invitation nobody answered."""
    rows = []
    for score in scores:
        number = next(_NUMBERS)
        row = {"answer_id": f"a{number}", "survey_id": f"s{number}", "customer_id": "A", "method": "online"}
        rows.append({**row, "survey_date": "2026-05-20", "metric": metric, "score": score, **cells})
    return rows


def questionnaire(ratings: dict[str, float | None], overall: float | None, **cells: Any) -> list[Row]:
    """One questionnaire with the rating of each attribute and of overall satisfaction."""
    [first] = answers("csat", [overall], **cells)
    rows = [first]
    for attribute, score in ratings.items():
        row = {**first, "answer_id": f"{first['answer_id']}-{attribute}", "metric": "attribute"}
        rows.append({**row, "attribute": attribute, "score": score})
    return rows


def build(
    rows: list[Row], as_of: str = "2026-06-30", upto: Any = "mart_satisfaction", **files: Any
) -> Result:
    """Models of a few answers of customers A and B; `rules` as in Scenario."""
    rules = files.pop("rules", {})
    customers = [
        {"customer_id": name, "customer_name": name, "customer_type": "organisation"} for name in ("A", "B")
    ]
    return Scenario(
        as_of=as_of, files={"customers": customers, "survey_answers": rows, **files}, rules=rules
    ).run(upto)


def trailing(result: Result, metric: str, scope: str = "all", method: str = "all") -> Row:
    """The row of the trailing window."""
    return result.one(
        f"select * from marts.mart_satisfaction where metric = '{metric}' and scope_name = '{scope}'"
        f" and survey_method = '{method}' and period_type = 'trailing'"
    )
