"""No model adds doubles: the order of the rows would decide the last bit, and with it how a half is rounded."""

import json
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from tests.support.warehouse import Scenario, project

# Same whatever the order of the rows.
ORDERLESS = {"min", "max", "count", "count_star", "arg_min", "arg_max"}
# Moments have no sum of decimals; theirs are rounded to nine places before anything reads them.
ROUNDED = {"int_driver_correlations": {"corr", "stddev_pop"}}


def aggregates(plan: Any) -> Iterator[tuple[str, list[str]]]:
    """Name and types of arguments of each aggregate of a plan, those over windows too."""
    if isinstance(plan, dict):
        if plan.get("expression_class") in ("BOUND_AGGREGATE", "BOUND_WINDOW") and "qname" in plan:
            yield (
                plan["qname"]["path"][-1],
                [child.get("return_type", {}).get("id", "") for child in plan.get("children", [])],
            )
        for part in plan.values():
            yield from aggregates(part)
    elif isinstance(plan, list):
        for part in plan:
            yield from aggregates(part)


def test_no_model_adds_doubles() -> None:
    built = Scenario().run()
    found: dict[str, set[str]] = {}
    for model in project().models:
        plans = built.connection.execute("select json_serialize_plan(?)", [built.own(model.sql)])
        [(text,)] = plans.fetchall()
        plan = json.loads(text)
        assert not plan.get("error"), f"{model.name}: {plan.get('error_message')}"
        over_doubles = {
            name for name, types in aggregates(plan) if {"DOUBLE", "FLOAT"} & set(types)
        } - ORDERLESS
        if over_doubles - ROUNDED.get(model.name, set()):
            found[model.name] = over_doubles
    assert not found, f"use exact_sum or exact_avg in {found}"


@pytest.mark.parametrize(
    ("sql", "name"),
    [("sum(x)", "sum"), ("avg(x)", "avg"), ("sum(x) over (partition by y)", "sum")],
)
def test_a_sum_of_doubles_is_seen(sql: str, name: str) -> None:
    query = f"select {sql} from (values (0.1::double, 1)) as t(x, y)"
    with duckdb.connect() as connection:
        [(text,)] = connection.execute("select json_serialize_plan(?)", [query]).fetchall()
    assert (name, ["DOUBLE"]) in list(aggregates(json.loads(text)))
