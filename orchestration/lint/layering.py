"""Data flows one way: sources -> staging -> intermediate -> marts; folder = schema; names say the layer."""

import re
from collections.abc import Iterator
from typing import Any

from orchestration.lint.project import Project, Violation, node_path

_LAYERS = ("staging", "intermediate", "marts")
# What a mart may read of staging: the run, its rules and its history have no intermediate form.
_SHARED_STAGING = ("stg_run__", "stg_rules__", "stg_history__")
_NAMES = {
    "staging": r"stg_{folder}__[a-z0-9_]+",
    "intermediate": r"int_[a-z0-9_]+",
    "marts": r"(fct|dim|mart)_[a-z0-9_]+",
}


def layer(node: dict[str, Any]) -> str:
    """First folder of a model under models/."""
    return node["original_file_path"].split("/")[1]


def one_way(project: Project) -> Iterator[Violation]:
    """Only staging selects sources and rule tables, and no layer reads a later one or skips to the sources."""
    nodes = project.manifest["nodes"]
    for model in project.models:
        for parent_id in model["depends_on"]["nodes"]:
            parent = nodes.get(parent_id)
            problem = _problem(model, parent_id, parent)
            if problem:
                name = parent_id.split(".")[-1]
                path = node_path(model)
                yield Violation("layering", path, project.line_of(path, name), name, problem, _way_out(model))


def _problem(model: dict[str, Any], parent_id: str, parent: dict[str, Any] | None) -> str:
    here = layer(model)
    if parent is None or parent["resource_type"] == "seed":
        name = parent_id.split(".", 2)[-1]
        return "" if here == "staging" else f"{model['name']} ({here}) selects {name}; only staging may."
    above = layer(parent)
    if here in _LAYERS and above in _LAYERS and _LAYERS.index(above) > _LAYERS.index(here):
        return f"{model['name']} ({here}) reads {parent['name']} of the later layer {above}."
    if (here, above) == ("marts", "staging") and not parent["name"].startswith(_SHARED_STAGING):
        return f"{model['name']} (marts) skips intermediate and reads {parent['name']}."
    return ""


def _way_out(model: dict[str, Any]) -> str:
    needed = {"staging": "staging", "intermediate": "staging or intermediate", "marts": "intermediate"}
    return f"read a model of {needed.get(layer(model), 'an earlier layer')} instead."


def folder_is_schema(project: Project) -> Iterator[Violation]:
    """Every model lies in a layer's folder and is built in the schema of that name."""
    for model in project.models:
        here = layer(model)
        if here not in _LAYERS or model["schema"] != here:
            yield Violation(
                "folder-is-schema",
                node_path(model),
                1,
                model["name"],
                f"{model['name']} lies in models/{here} and is built in schema {model['schema']}.",
                "use models/staging, models/intermediate or models/marts, and the schema of that name.",
            )


def names(project: Project) -> Iterator[Violation]:
    """stg_<source>__<entities>, int_<subject>, fct_/dim_/mart_<subject>."""
    for model in project.models:
        parts = model["original_file_path"].split("/")
        pattern = _NAMES.get(parts[1], "").format(folder=re.escape(parts[2]))
        if pattern and not re.fullmatch(pattern, model["name"]):
            yield Violation(
                "naming",
                node_path(model),
                1,
                model["name"],
                f"{model['name']} does not look like a model of {'/'.join(parts[1:-1])}.",
                f"name it so that it matches {pattern}.",
            )


RULES = (one_way, folder_is_schema, names)
