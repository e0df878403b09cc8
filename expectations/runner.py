"""Runs suites on a DuckDB file and reduces each result to counts: no value of a row can leave through it."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from expectations.engine import ExpectationEngine, QueryAsset, TableAsset, gx, gxe, open_engine
from expectations.severity import CRITICAL, Severity
from expectations.suite import Suite, quoted

# Counts only. `observed_value` is one too where the expectation reads the row of counts or the number of rows.
_COUNTS = ("element_count", "unexpected_count", "missing_count")
_RESULT_FORMAT = {"result_format": "SUMMARY", "partial_unexpected_count": 0}
_ROW_COUNT = "expect_table_row_count_to_be_between"
_ERROR_CLASS = re.compile(r"\b([A-Z]\w*(?:Error|Exception))\b")


@dataclass(frozen=True)
class CheckResult:
    """Result of one expectation on one object."""

    id: str
    object: str
    severity: Severity
    owner: str
    passed: bool
    observed: dict[str, int | float | str]
    description: str
    way_out: str


def validate(
    database: Path, suites: Iterable[Suite], options: dict[str, str] | None = None
) -> list[CheckResult]:
    """Judge every suite on a DuckDB file opened read-only; what raises or gives no result is a critical failure."""
    results: list[CheckResult] = []
    with open_engine(database, options) as engine:
        for suite in suites:
            schema, table = suite.object.split(".", 1)
            if not suite.rows and not suite.limits:
                results.append(_broken(suite, "empty", "the suite holds no expectation"))
            if suite.rows:
                add = partial(engine.datasource.add_table_asset, schema_name=schema, table_name=table)
                results += _judge(suite, "rows", suite.rows, add)
            if suite.limits:
                results += _judge(suite, "counts", suite.limits, partial(_counted, engine, suite))
    return results


def _counted(engine: ExpectationEngine, suite: Suite, name: str) -> QueryAsset:
    """An asset of the counts as numbers: Great Expectations would run their query once for each metric of it."""
    with engine.datasource.get_engine().connect() as connection:
        (counts,) = connection.exec_driver_sql(suite.query)
    columns = (f"{number} as {quoted(count)}" for count, number in zip(suite.counts, counts, strict=True))
    return engine.datasource.add_query_asset(name, query=f"select {', '.join(columns)}")


def _judge(
    suite: Suite,
    part: str,
    expectations: list[gxe.Expectation],
    add: Callable[[str], TableAsset | QueryAsset],
) -> list[CheckResult]:
    name = f"{suite.name}.{part}"
    try:
        batch = add(name).add_batch_definition_whole_table(name).get_batch()
        # Judged directly: a stored definition would be written as YAML three times and read by nobody.
        suite_of_part = gx.ExpectationSuite(name=name, expectations=expectations)
        validated = batch.validate(suite_of_part, result_format=_RESULT_FORMAT)
    except Exception as error:  # the text of any of them may quote a row
        return [_broken(suite, part, type(error).__name__)]
    results = [_reduced(suite, part, result) for result in validated.results]
    if len(results) != len(expectations):
        missing = len(expectations) - len(results)
        results.append(_broken(suite, part, f"{missing} expectations gave no result"))
    return results


def _reduced(suite: Suite, part: str, result: Any) -> CheckResult:
    configuration = result.expectation_config
    columns = configuration.kwargs.get("column") or configuration.kwargs.get("column_list") or ""
    about = columns if isinstance(columns, str) else "+".join(columns)
    raised = _exception(result.exception_info or {})
    observed: dict[str, int | float | str] = {
        name: value for name in _COUNTS if isinstance(value := result.result.get(name), int)
    }
    value = result.result.get("observed_value")
    if (part == "counts" or configuration.type == _ROW_COUNT) and isinstance(value, int | float):
        observed["observed"] = value
    if raised:
        observed["exception"] = raised
    details = configuration.meta or {}
    severity: Severity = (
        CRITICAL if raised or configuration.severity is None else configuration.severity.value
    )
    description = details.get("description") or configuration.type
    if raised:
        description = f"{description} (could not be judged: {raised})"
    return CheckResult(
        id=".".join(part for part in (suite.name, configuration.type.removeprefix("expect_"), about) if part),
        object=suite.object,
        severity=severity,
        owner=details.get("owner", ""),
        passed=bool(result.success) and not raised,
        observed=observed,
        description=description,
        way_out=details.get("way_out", ""),
    )


def _exception(info: Mapping[str, Any]) -> str:
    """Class of the error, or nothing; never its text."""
    parts = (
        [info]
        if "raised_exception" in info
        else [part for part in info.values() if isinstance(part, Mapping)]
    )
    for part in parts:
        if part.get("raised_exception"):
            found = _ERROR_CLASS.findall(str(part.get("exception_traceback", "")))
            return found[-1] if found else "Exception"
    return ""


def _broken(suite: Suite, part: str, why: str) -> CheckResult:
    return CheckResult(
        id=f"{suite.name}.{part}",
        object=suite.object,
        severity=CRITICAL,
        owner="data platform",
        passed=False,
        observed={},
        description=f"The expectations on {suite.object} could not be judged: {why}.",
        way_out="read logs/audit.log of the build; a check that cannot run has not passed.",
    )
