"""Every model says its grain, tests its key, describes and classifies its columns; marts keep contracts."""

import re
from collections.abc import Iterator
from typing import Any

from orchestration.lint.layering import layer
from orchestration.lint.project import Project, Violation, described_in, node_path
from orchestration.protection import audiences

CATEGORIES = "seeds/rules/column_categories.csv"
_GRAIN = re.compile(r"-- grain: \S", re.IGNORECASE)


def grain(project: Project) -> Iterator[Violation]:
    """The first line of a model is a comment that says its grain."""
    for model in project.models:
        path = node_path(model)
        if not _GRAIN.match(project.files.get(path, model.get("raw_code", ""))):
            message, way_out = (
                "the first line does not say the grain.",
                "begin with `-- Grain: one row per ...`.",
            )
            yield Violation("grain", path, 1, model["name"], message, way_out)


def key_tested(project: Project) -> Iterator[Violation]:
    """A key of every model is tested unique and not null."""
    tests = project.nodes("test")
    for model in project.models:
        own = [test for test in tests if test.get("attached_node") == model["unique_id"]]
        if not _has_key(own):
            path = described_in(model)
            line = project.line_of(path, f"name: {model['name']}")
            message = f"{model['name']} has no tested key."
            way_out = "add the test unique_key over its key columns (or unique and not_null on one column)."
            yield Violation("key-tested", path, line, model["name"], message, way_out)


def _has_key(tests: list[dict[str, Any]]) -> bool:
    columns: dict[str, set[str]] = {"unique": set(), "not_null": set()}
    for test in tests:
        name = (test.get("test_metadata") or {}).get("name", "")
        if name == "unique_key":
            return True
        if name in columns:
            columns[name].add(test.get("column_name") or "")
    return bool(columns["unique"] & columns["not_null"])


def described(project: Project) -> Iterator[Violation]:
    """Models and rule tables have a description, and columns with a description each."""
    for node in [*project.models, *project.nodes("seed")]:
        path = described_in(node)
        line = project.line_of(path, f"name: {node['name']}")
        missing = [] if node["description"].strip() else [node["name"]]
        missing += [name for name, column in node["columns"].items() if not column["description"].strip()]
        if not node["columns"]:
            missing.append(f"{node['name']}: its columns")
        for name in missing:
            message, way_out = (
                f"{node['name']}: {name} has no description.",
                "say what it is, in one sentence.",
            )
            yield Violation("described", path, line, name, message, way_out)


def categorised(project: Project) -> Iterator[Violation]:
    """Every column name of every model has one category of information protection."""
    known = {row["column_name"] for row in project.rows(CATEGORIES)}
    for model in project.models:
        path = described_in(model)
        line = project.line_of(path, f"name: {model['name']}")
        for name in model["columns"]:
            if name not in known:
                message = f"{model['name']}.{name} is in no category of information protection."
                yield Violation("categorised", path, line, name, message, f"add {name} to {CATEGORIES}.")


def categories_defined(project: Project) -> Iterator[Violation]:
    """The dictionary names each column once and only categories that exist."""
    defined = {row["category"] for row in project.rows("seeds/rules/data_categories.csv")}
    seen: set[str] = set()
    for line, row in enumerate(project.rows(CATEGORIES), 2):
        name = row["column_name"]
        if name in seen or row["category"] not in defined:
            problem = "twice" if name in seen else f"with the undefined category {row['category']}"
            message, way_out = (
                f"{name} is listed {problem}.",
                "keep one row, with a category of data_categories.csv.",
            )
            yield Violation("categories-defined", CATEGORIES, line, name, message, way_out)
        seen.add(name)


def marts_are_contracts(project: Project) -> Iterator[Violation]:
    """Every mart enforces its contract and names its audience and its owner."""
    for model in project.models:
        if layer(model) != "marts":
            continue
        path = described_in(model)
        meta = model["config"].get("meta") or model.get("meta") or {}
        missing = []
        if not model["config"]["contract"]["enforced"]:
            missing.append("an enforced contract")
        if not audiences.is_valid(meta.get("audience")):
            missing.append("meta.audience of finance and bi")
        if not meta.get("owner"):
            missing.append("meta.owner")
        for what in missing:
            line = project.line_of(path, f"name: {model['name']}")
            message = f"{model['name']} lacks {what}."
            yield Violation("mart-contract", path, line, what, message, f"add it in {path}.")


RULES = (grain, key_tested, described, categorised, categories_defined, marts_are_contracts)
