"""crw metrics: the metric layer on the published file."""

import typer
from rich.console import Console

from orchestration.cli.options import Warehouse, served
from orchestration.reporting.metrics import run_metricflow, write_definitions

# What follows the first word is MetricFlow's own, options too.
_PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "allow_interspersed_args": False}


def metrics(context: typer.Context, warehouse: Warehouse = None) -> None:
    """Ask the file that BI reads for metrics, by any dimension, with MetricFlow.

    crw metrics query --metrics exposure,overdue_rate --group-by customer_risk__risk_tier

    Alone it lists the metrics and their dimensions. What follows is a command of MetricFlow's `mf`: query, list,
    validate-configs, each with --help.
    """
    settings, version = served(warehouse)
    with Console(stderr=True).status("Reading the definitions (slow once after each change of the project)"):
        write_definitions(settings)
    arguments = context.args or ["list", "metrics"]
    raise typer.Exit(run_metricflow(settings, version.folder / "bi.duckdb", arguments))


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    app.command(context_settings=_PASS_ON)(metrics)
