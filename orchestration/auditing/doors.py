"""The expectations at the doors, for what this build holds."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path

from expectations.runner import CheckResult, validate
from expectations.suite import Suite
from expectations.suites.landed import landed
from expectations.suites.mart_checks import MartRules, MartTable
from expectations.suites.marts import mart
from expectations.suites.protection import protect
from expectations.suites.published import published
from orchestration.auditing.classification import text_patterns
from orchestration.auditing.subject import Subject, tables
from orchestration.auditing.verdict import Check
from orchestration.landing.spec import known_sources
from orchestration.publishing.withholding import read_rules


def expectations(subject: Subject) -> Iterator[Check]:
    """Judge raw tables, marts, and the files for readers."""
    suites = [*_landed(subject), *_protected(subject, subject.database, _marts(subject))]
    yield from map(_check, validate(subject.database, suites, subject.options))
    for export in subject.exports:
        suites = list(_protected(subject, export, _published(subject, export)))
        for result in validate(export, suites, subject.options):
            yield _check(result, f"{export.stem}.")


def _check(result: CheckResult, prefix: str = "") -> Check:
    values = asdict(result)
    return Check(kind="expectation", **{**values, "id": prefix + values["id"]})


def _landed(subject: Subject) -> Iterator[Suite]:
    present = {(load["source"], load["entity"]) for load in subject.loads if load["rows_loaded"] > 0}
    currencies = _values(subject, "currencies.csv", "currency")
    for source in known_sources().values():
        for spec in source.entities.values():
            yield landed(spec, subject.categories, present, currencies)


def _marts(subject: Subject) -> Iterator[Suite]:
    rules = MartRules(
        risk_tiers=_values(subject, "risk_tiers.csv", "risk_tier"),
        value_tiers=_values(subject, "value_tiers.csv", "value_tier"),
        ageing_buckets=_values(subject, "ageing_buckets.csv", "ageing_bucket"),
        reason_codes=_values(subject, "reason_codes.csv", "reason_code"),
        dimensions=_values(subject, "risk_dimensions.csv", "dimension"),
    )
    for found in subject.marts:
        table = MartTable(found.name, found.grain, found.owner, found.required, found.may_be_empty)
        yield mart(table, rules)


def _published(subject: Subject, export: Path) -> Iterator[Suite]:
    grains = {found.name: found.grain for found in subject.marts if export.stem in found.audience}
    as_of = date.fromisoformat(subject.plan["as_of"])
    rules = read_rules(subject.settings.rules_dir, as_of) if export.stem == "bi" else {}
    with subject.connect() as connection:
        for name, grain in grains.items():
            rows = connection.execute(f"select count(*) from marts.{name}").fetchall()[0][0]
            cells = rules.get(name)
            shown = (cells.counts, cells.least) if cells else ()
            yield published(name, grain, rows, subject.plan["run_id"], *shown)


def _protected(subject: Subject, database: Path, suites: Iterable[Suite]) -> Iterator[Suite]:
    with subject.connect(database) as connection:
        found = tables(connection, ("marts",))
    for suite in suites:
        schema, table = suite.object.split(".")
        yield protect(suite, text_patterns(subject, found.get((schema, table), {})))


def _values(subject: Subject, file: str, column: str) -> list[str]:
    """Distinct values of a rule table, in force or not: a carried date may use one that no longer is."""
    with open(subject.settings.rules_dir / file, encoding="utf-8-sig", newline="") as rows:
        return sorted({row[column] for row in csv.DictReader(rows)})
