"""crw rules check: what a row must carry, and that each rule has its test and each test its rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.errors import ConfigurationError
from orchestration.rules import proofs, validating
from orchestration.rules.tables import RuleTable, read_tables
from tests.rules.rule_tables import KEYS, RULES_DIR

ROW = {
    "alert_id": "a",
    "label_en": "A",
    "label_zh": "甲",
    "rules_version": "1",
    "effective_from": "2026-01-01",
    "effective_to": "",
    "owner": "credit",
    "rationale": "because",
}


def table(*rows, kind="rule"):
    return RuleTable("alert_rules", kind, ("alert_id",), list(ROW), [ROW | row for row in rows])


def found(*rows):
    versions = [ROW | {"alert_id": "v"}]
    tables = [RuleTable("rules_versions", "mapping", ("alert_id",), list(ROW), versions), table(*rows)]
    return [problem.split(": ", 1)[1] for problem in validating.problems(tables)]


def test_the_shipped_rows_hold():
    tables = read_tables(RULES_DIR)
    assert list(validating.problems(tables)) == []
    assert {one.name: one.key for one in tables} == KEYS


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"alert_id": ""}, "has no alert_id."),
        ({"rules_version": "2"}, "names the unknown rules version 2."),
        ({"owner": " "}, "has no owner."),
        ({"rationale": ""}, "has no rationale."),
        ({"label_en": ""}, "lacks label_en or its Chinese text."),
        ({"label_zh": "A"}, "lacks label_en or its Chinese text."),
        ({"effective_from": "soon"}, "has no valid effective_from, or ends before it starts."),
        ({"effective_to": "2026-01-01"}, "has no valid effective_from, or ends before it starts."),
        ({"owner": None}, "has more or fewer cells than the header."),
    ],
)
def test_a_broken_row_is_named(row, problem):
    assert found({}, row | {"alert_id": row.get("alert_id", "b")}) == [problem]


@pytest.mark.parametrize(
    ("end", "start", "problems"),
    [
        ("2026-02-01", "2026-02-01", []),
        ("2026-02-02", "2026-02-01", ["two rows of a count on the same date."]),
        ("", "2026-02-01", ["two rows of a count on the same date."]),
    ],
)
def test_a_rule_counts_once_on_a_date(end, start, problems):
    assert found({"effective_to": end}, {"effective_from": start}) == problems


SIGNED = {"asked": "sales 7", "approved": "credit 1", "effective_to": "2026-06-30"}


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({}, None),
        ({"effective_to": ""}, "never ends: what counts for good is a changed rule."),
        ({"approved": ""}, "is not signed by two: asked and approved must differ."),
        ({"approved": "Sales 7 "}, "is not signed by two: asked and approved must differ."),
    ],
)
def test_an_exception_is_signed_by_two_and_ends(row, problem):
    signed = ROW | SIGNED | row
    versions = [ROW | {"alert_id": "v"}]
    tables = [
        RuleTable("rules_versions", "mapping", ("alert_id",), list(ROW), versions),
        RuleTable(
            "exceptions", "register", ("alert_id",), list(signed), [signed], True, ("asked", "approved")
        ),
    ]
    told = [] if problem is None else [f"seeds/rules/exceptions.csv line 2: {problem}"]
    assert list(validating.problems(tables)) == told


def test_overrides_are_such_exceptions():
    [overrides] = [one for one in read_tables(RULES_DIR) if one.name == "risk_overrides"]
    assert (overrides.ends, overrides.signed_by) == (True, ("requested_by", "approved_by"))


def proven(tmp_path: Path, text: str, *rows, kind="rule"):
    tests = tmp_path / "tests"
    tests.mkdir()
    (tests / "test_one.py").write_text(text, encoding="utf-8")
    return list(proofs.problems([table(*rows, kind=kind)], proofs.read_proofs(tests)))


def mark(arguments: str, body: str = "pass") -> str:
    return f"@pytest.mark.rules({arguments})\ndef test_it():\n    {body}\n"


def test_a_rule_needs_a_test(tmp_path):
    rows = ({"alert_id": "a"}, {"alert_id": "b"})
    assert proven(tmp_path, mark('"alert_rules", "a"'), *rows) == [
        "seeds/rules/alert_rules.csv: no test proves b."
    ]


def test_a_mapping_needs_none(tmp_path):
    assert (
        proven(tmp_path, mark('"alert_rules", "a"'), {"alert_id": "a"}, {"alert_id": "b"}, kind="mapping")
        == []
    )


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ('"alert_rules", "a", "gone"', "proves alert_rules gone, a rule that does not exist."),
        ('"no_rules", "a"', "proves rules of no_rules, which is no rule table."),
        ('"alert_rules", "*"', "claims every rule of alert_rules and its file never reads that table."),
    ],
)
def test_a_test_needs_a_rule(tmp_path, arguments, problem):
    problems = proven(tmp_path, mark('"alert_rules", "a"').replace("it()", "a()") + mark(arguments), {})
    assert problems == [f"tests/test_one.py::test_it {problem}"]


def test_every_shipped_rule_is_proven_and_every_proof_has_its_rule():
    tables, marks = read_tables(RULES_DIR), proofs.read_proofs(RULES_DIR.parents[1] / "tests")
    assert list(proofs.problems(tables, marks)) == []


@pytest.mark.parametrize("arguments", ['"alert_rules", *IDS', 'TABLE, "a"', '"alert_rules", 1', ""])
def test_a_mark_that_is_not_text_is_named(tmp_path, arguments):
    with pytest.raises(ConfigurationError, match=r"tests/test_one.py::test_it \(line 1\)"):
        proven(tmp_path, mark(arguments), {})


def test_every_rule_is_proven_by_a_test_that_reads_the_table(tmp_path):
    rows = ({"alert_id": "a"}, {"alert_id": "b"})
    assert proven(tmp_path, mark('"alert_rules", "*"', 'in_force("alert_rules", 1)'), *rows) == []
