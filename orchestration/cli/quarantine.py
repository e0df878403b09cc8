"""crw quarantine: what did not load and why."""

import csv
import json
import sys
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from orchestration.building.inputs import refusal_text
from orchestration.cli import options
from orchestration.cli.options import Output, Warehouse, load_settings
from orchestration.errors import ConfigurationError
from orchestration.landing.reasons import reason
from orchestration.publishing.versions import current_version
from orchestration.reporting import quarantine as reading


def quarantine(
    file: Annotated[
        str | None, typer.Option("--file", help="Only this landed file.", show_default=False)
    ] = None,
    delivered: Annotated[
        bool, typer.Option("--delivered", help="The newest delivery instead of the served version.")
    ] = False,
    refused: Annotated[
        bool, typer.Option("--refused", help="The build that the audit refused last.")
    ] = False,
    output: Annotated[Output, typer.Option("--format", "-f", help="How rows are written.")] = Output.table,
    warehouse: Warehouse = None,
) -> None:
    """List what did not load and why: file, line, column, rule and the way out; values are never kept here.

    Shows the served version, or the newest delivery when nothing was published yet or --delivered is given.
    """
    settings = load_settings(warehouse=warehouse)
    version = None if delivered else current_version(settings.warehouse)
    delivery = reading.newest_delivery(settings.warehouse)
    build = reading.refused_build(settings.warehouse) if refused else None
    if refused and build is None:
        raise ConfigurationError("The last run was not refused by the audit.", "leave out --refused.")
    if build:
        findings = reading.marked_findings(build)
    elif version:
        findings = reading.marked_findings(version.folder / "finance.duckdb")
    else:
        findings = reading.delivered_findings(settings.warehouse, delivery) if delivery else []
    findings = reading.of_file(findings, file)
    not_loaded = delivery.refused if delivery else []
    if output == Output.json:
        typer.echo(
            json.dumps([item.as_dict() for item in findings], ensure_ascii=False, indent=1, default=str)
        )
        return
    if output == Output.csv:
        writer = csv.DictWriter(sys.stdout, list(reading.Finding.__dataclass_fields__), lineterminator="\n")
        writer.writeheader()
        writer.writerows(item.as_dict() for item in findings)
        return
    console = options.console()
    if not_loaded:
        console.print("[bold red]Files refused by the newest delivery[/]")
        for load in not_loaded:
            console.print(refusal_text(load), markup=False, soft_wrap=True)
    if not findings:
        console.print("No rows are quarantined." if not file else "No rows of this file are quarantined.")
        return
    console.print(_table(findings))
    for code in sorted({item.reason_code for item in findings}):
        known = reason(code)
        console.print(
            f"[bold]{code}[/]: {escape(_sentence(known.message_en))} Way out: {escape(_sentence(known.way_out_en))}"
        )


def _sentence(text: str) -> str:
    return text.rstrip(".") + "."


def _table(findings: list[reading.Finding]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("file", "line", "column", "rule", "reason", "set aside by"):
        table.add_column(name, overflow="fold", justify="right" if name == "line" else "left")
    for item in findings:
        line = "" if item.line is None else str(item.line)
        cells = (
            item.file or item.entity or "",
            line,
            item.column or "",
            item.rule or "",
            item.reason_code,
            item.stage,
        )
        table.add_row(*map(escape, cells))
    return table


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    app.command()(quarantine)
