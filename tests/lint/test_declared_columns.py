"""The dictionary is the warehouse: what the YAML files describe is what the models build, column by column."""

import pytest

from orchestration.defs.dbt_manifest import dbt_manifest
from orchestration.lint.documentation import CATEGORIES
from orchestration.lint.project import Project, read_files
from orchestration.settings import PROJECT_ROOT
from tests.support.warehouse import Scenario


@pytest.fixture(scope="module")
def built() -> dict[str, set[str]]:
    result = Scenario(as_of="2026-06-30").run()
    rows = result.rows(
        "select table_schema || '.' || table_name as name, column_name from information_schema.columns"
    )
    columns: dict[str, set[str]] = {}
    for row in rows:
        columns.setdefault(row["name"], set()).add(row["column_name"])
    return columns


@pytest.fixture(scope="module")
def project() -> Project:
    return Project(read_files(PROJECT_ROOT), dbt_manifest())


def test_every_column_built_is_described_and_every_description_has_its_column(
    built: dict[str, set[str]], project: Project
) -> None:
    undescribed, unbuilt = [], []
    for model in project.models:
        name = f"{model['schema']}.{model['name']}"
        undescribed += [f"{name}.{column}" for column in sorted(built[name] - set(model["columns"]))]
        unbuilt += [f"{name}.{column}" for column in sorted(set(model["columns"]) - built[name])]
    assert (undescribed, unbuilt) == ([], [])


def test_every_column_built_has_a_category(built: dict[str, set[str]], project: Project) -> None:
    known = {row["column_name"] for row in project.rows(CATEGORIES)}
    layers = {model["schema"] for model in project.models}
    columns = {column for name, names in built.items() if name.split(".")[0] in layers for column in names}
    assert sorted(columns - known) == []
