"""Fits the probability of default to what a build found of its finished dates, and scores the build with it."""

from pathlib import Path

from orchestration.building.dated import dated_models, published_marts
from orchestration.building.inputs import dbt_manifest
from orchestration.building.plan import RunPlan
from orchestration.building.replay import refill
from orchestration.building.workspace import connect_build
from orchestration.settings import Settings

_FORMULA = ("run.pd_",)


def fit_probabilities(settings: Settings, build: Path, plan: RunPlan) -> None:
    """Fit, judge and choose; fill what the formula gives again. Raises BuildFailed.

    A function of the build's rows and its rules alone: the same build gives the same formula. Too little history is
    an answer, no error. After all dates are measured: their partitions are what is fitted on.
    """
    # Loaded by the night that fits, not by every command of the shell.
    from orchestration.default_model.history import read_history
    from orchestration.default_model.judging import choose
    from orchestration.default_model.limits import Limits
    from orchestration.default_model.storing import store

    manifest = dbt_manifest(build)
    with connect_build(build, settings.memory_limit, settings.threads) as connection:
        choice = choose(read_history(connection), Limits.read(connection))
        store(connection, choice)
        refill(connection, dated_models(manifest, published_marts(manifest), _FORMULA), plan)
        connection.execute("checkpoint")
