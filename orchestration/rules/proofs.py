"""Which test proves which rule: the marks pytest.mark.rules(table, *ids) of the test files, read and not run."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestration.errors import ConfigurationError
from orchestration.rules.tables import RuleTable

EVERY = "*"


@dataclass(frozen=True)
class Proof:
    """One mark: the test proves these rules of a table; `*` stands for every row, which the file must read."""

    test: str
    table: str
    rule_ids: tuple[str, ...]
    reads_table: bool


def read_proofs(tests_dir: Path) -> list[Proof]:
    """All marks below a folder of tests, in the order of files and lines.

    Raises ConfigurationError for a mark that names rules by anything but text: it cannot be read without running.
    """
    return [
        proof for path in sorted(tests_dir.rglob("test_*.py")) for proof in _of_file(path, tests_dir.parent)
    ]


def problems(tables: list[RuleTable], proofs: list[Proof]) -> Iterator[str]:
    """One line for each rule without a test, and for each test of a rule that does not exist."""
    known = {table.name: table for table in tables}
    for proof in proofs:
        table = known.get(proof.table)
        if table is None:
            yield f"{proof.test} proves rules of {proof.table}, which is no rule table."
            continue
        if EVERY in proof.rule_ids and not proof.reads_table:
            yield f"{proof.test} claims every rule of {proof.table} and its file never reads that table."
        for rule_id in sorted(set(proof.rule_ids) - {EVERY} - set(table.rule_ids)):
            yield f"{proof.test} proves {proof.table} {rule_id}, a rule that does not exist."
    tested = by_rule(tables, proofs)
    for table in tables:
        if table.kind == "rule":
            for rule_id in table.rule_ids:
                if not tested.get((table.name, rule_id)):
                    yield f"seeds/rules/{table.name}.csv: no test proves {rule_id}."


def by_rule(tables: list[RuleTable], proofs: list[Proof]) -> dict[tuple[str, str], list[str]]:
    """Tests of each rule: (table, rule id) -> names of tests."""
    ids = {table.name: table.rule_ids for table in tables}
    tested: dict[tuple[str, str], list[str]] = defaultdict(list)
    for proof in proofs:
        named = ids.get(proof.table, []) if EVERY in proof.rule_ids else proof.rule_ids
        for rule_id in named:
            tested[proof.table, rule_id].append(proof.test)
    return dict(tested)


def _of_file(path: Path, root: Path) -> Iterator[Proof]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    read = {
        argument.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _name(node.func) in ("in_force", "read", "on_every_breakpoint")
        for argument in node.args
        if isinstance(argument, ast.Constant)
    }
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef) or not function.name.startswith("test_"):
            continue
        for decorator in function.decorator_list:
            for node in ast.walk(decorator):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.rules":
                    name = f"{path.relative_to(root).as_posix()}::{function.name}"
                    table, *ids = _texts(node, name)
                    yield Proof(name, table, tuple(ids), table in read)


def _texts(mark: ast.Call, test: str) -> list[str]:
    texts = [argument.value for argument in mark.args if isinstance(argument, ast.Constant)]
    if len(texts) < len(mark.args) or not texts or not all(isinstance(text, str) for text in texts):
        raise ConfigurationError(
            f"{test} (line {mark.lineno}) names its rules by something else than text.",
            'write table and ids as text: @pytest.mark.rules("alert_rules", "overdue_pile").',
        )
    return texts


def _name(function: ast.expr) -> str:
    return getattr(function, "attr", getattr(function, "id", ""))
