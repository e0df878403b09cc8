"""Proves that no score is made from what was only known later: outcomes judge scores, they never enter one."""

from typing import Any

from orchestration.errors import BuildFailed

# Models that look past the date measured. Whatever reads one of them speaks of a past date with hindsight.
HINDSIGHT = "intermediate/validation/"


def refuse_hindsight(manifest: dict[str, Any], targets: tuple[str, ...]) -> None:
    """Raise BuildFailed when one of `targets` is made of a model with hindsight; it names the model that reads it."""
    models = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    for key, node in models.items():
        if node["name"] in targets:
            for way in _ways(key, models):
                leak, reader = models[way[-1]]["name"], models[way[-2]]["name"]
                raise BuildFailed(
                    f"{node['name']} would know the future: {reader} reads {leak}, which looks past the date measured.",
                    f"take {leak} out of {reader}: what follows a score may judge it, never make it.",
                )


def _ways(start: str, models: dict[str, Any]) -> list[tuple[str, ...]]:
    """Ways from a model up to the nearest models with hindsight, the start first."""
    found, waiting, seen = [], [(start,)], {start}
    while waiting:
        way = waiting.pop()
        for parent in sorted(models[way[-1]]["depends_on"]["nodes"]):
            if parent not in models or parent in seen:
                continue
            seen.add(parent)
            if models[parent]["path"].startswith(HINDSIGHT):
                found.append((*way, parent))
            else:
                waiting.append((*way, parent))
    return found
