"""crw whatif: what changed rule tables would do to scores, tiers, limits and losses, before anyone adopts them."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from orchestration.cli import options
from orchestration.cli.options import Output, Warehouse, read_date, served
from orchestration.cli.progress import ProgressView
from orchestration.reporting.summary import TABLE_STYLE, money, score
from orchestration.whatif.comparing import Comparison, compare, differs

_ADOPT = (
    "To adopt: add a row to seeds/rules/rules_versions.csv with its effective_from; in each changed table end the old"
    " rows with that date (effective_to) and add the new ones under the new version; then `crw rules check`."
)


def whatif(
    rules: Annotated[
        Path,
        typer.Option(
            "--rules", metavar="DIR", help="Folder of changed rule tables; others stay as they are."
        ),
    ],
    on: Annotated[
        str | None,
        typer.Option(
            "--on", metavar="DATE", help="Business date that is compared.", show_default="the served one"
        ),
    ] = None,
    months: Annotated[
        int,
        typer.Option(
            min=0, max=120, help="Month-ends before it that both sides are scored and validated on."
        ),
    ] = 36,
    movers: Annotated[int, typer.Option(min=0, help="How many customers are explained.")] = 20,
    output: Annotated[
        Output,
        typer.Option(
            "--format", "-f", help="Tables, or all of it as json; csv writes the files of --out so."
        ),
    ] = Output.table,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FOLDER",
            help="New or empty folder for all rows, every customer that moves included; Parquet, or CSV.",
            show_default=False,
        ),
    ] = None,
    warehouse: Warehouse = None,
) -> None:
    """Score history under changed rules beside the rules in force, and print what differs. Publishes nothing.

    Both sides are scored from the batches of the served version, on the same dates. What is served does not change.
    """
    if output is Output.csv and out is None:
        raise typer.BadParameter(
            "csv needs --out FOLDER: a comparison is more than one table", param_hint="--format"
        )
    # Imported here: dbt takes a second to load, which no other command should wait for.
    from orchestration.whatif.exporting import export, refuse_folder
    from orchestration.whatif.scoring import score_both

    if out is not None:
        refuse_folder(out)  # before two builds, not after them
    settings, version = served(warehouse)
    day = version.manifest.as_of_date if on is None else read_date(on, "--on")
    view = Console(stderr=True, highlight=False) if output is Output.json else options.console()
    with (
        ProgressView(view) as progress,
        score_both(settings, version.manifest, rules, day, months, progress) as scored,
    ):
        found = compare(scored, movers)
        header = {"on": day, "dates": scored.dates, "version": version.name, "is_empty": found.is_empty}
        if out is not None:
            facts = {
                "base_currency": version.manifest.base_currency,
                "notes": [*found.warnings, *found.skipped],
            }
            export(scored, header | facts, out, "csv" if output is Output.csv else "parquet")
    if output is Output.json:
        typer.echo(_json({**header, **found.as_dict()}))
        return
    console = options.console()
    console.print(
        f"\n[bold]What if[/] · as of {day} · {len(scored.dates)} dates from {scored.dates[0]}"
        f" · data of version {version.name} · {version.manifest.base_currency}"
    )
    _print(console, found)
    if out is not None:
        console.print(f"Written (0700, files 0640): {out}", markup=False)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=str)


def _print(console: Console, found: Comparison) -> None:
    _table(
        console,
        "Rules that change",
        [vars(change) for change in found.changes],
        ("table", "rule", "column", "before", "after"),
    )
    for warning in [*found.warnings, *found.skipped]:
        console.print(f"Note: {warning}", markup=False)
    if found.is_empty:
        console.print("Nothing differs: every score, tier, limit and validation figure is the same.")
        return
    _matrix(console, found)
    changed = [row for row in found.migration if row["up"] or row["down"] or row["scores_changed"]]
    _table(console, "By date", changed[-12:], ("as_of_date", "customers", "up", "down", "scores_changed"))
    _movers(console, found)
    _limits(console, found)
    _worth(console, found)
    if found.expected_loss:
        loss = found.expected_loss
        console.print(
            f"Expected loss: {money(loss['loss_before'])} -> {money(loss['loss_after'])}"
            f" ({loss['customers_changed']:,} customers change)"
        )
    console.print()
    console.print(_ADOPT, markup=False)


def _matrix(console: Console, found: Comparison) -> None:
    tiers = list(
        dict.fromkeys(
            [row["tier_before"] for row in found.matrix] + [row["tier_after"] for row in found.matrix]
        )
    )
    cells = {(row["tier_before"], row["tier_after"]): row["customers"] for row in found.matrix}
    table = Table(title="Customers by tier: rules in force (rows), changed rules (columns)", **TABLE_STYLE)
    table.add_column("")
    for tier in tiers:
        table.add_column(tier, justify="right")
    for before in tiers:
        shown = (f"{cells.get((before, after), 0) or '·'}" for after in tiers)
        table.add_row(before, *shown)
    console.print(table)


def _movers(console: Console, found: Comparison) -> None:
    title = f"Who changes most ({len(found.movers):,} of {found.movers_total:,})"
    table = Table(title=title, **TABLE_STYLE)
    for name in ("customer", "tier", "score", "limit", "why"):
        table.add_column(name, overflow="fold")
    for row in found.movers:
        table.add_row(
            escape(row["customer_id"]),
            _pair(row, "tier", str),
            _pair(row, "score", score),
            _pair(row, "limit", money),
            escape("\n".join(row["reasons"])),
        )
    console.print(table)


def _limits(console: Console, found: Comparison) -> None:
    limits = found.limits
    console.print(
        f"Recommended credit limits: {_pair(limits, 'limits', str)}, in sum {_pair(limits, 'sum', money)}; raised"
        f" {limits['raised']}, lowered {limits['lowered']}, begun {limits['begun']}, ended {limits['ended']};"
        f" exposure above them {_pair(limits, 'exposure_over', money)}"
    )
    _table(
        console,
        "Recommended controls by rule",
        found.controls,
        ("control_type", "control_rule_id", "before", "after"),
    )
    _table(
        console,
        "Credit control by month",
        found.credit_control[:12],
        ("month_end", "figure", "before", "after"),
    )


def _worth(console: Console, found: Comparison) -> None:
    rows = [
        {
            "outcome": row["outcome_id"],
            "score": row["dimension"],
            "bad": f"{row['bads']} of {row['observations']}",
            "AUC before": _interval(row, "auc", "before"),
            "AUC after": _interval(row, "auc", "after"),
            "verdict": _pair(row, "verdict", str),
        }
        for row in found.worths
        if differs(row)
    ]
    _table(console, "What the scores are worth (95 % intervals)", rows)
    rows = [
        {
            "outcome": row["outcome_id"],
            "from": row["validation_date"],
            "bad": f"{row['bads']} of {row['customers']}",
            "KS before": _interval(row, "ks", "before"),
            "KS after": _interval(row, "ks", "after"),
            "Brier": _pair(row, "brier", _figure),
            "in worst 10 %": _pair(row, "capture_10", _figure),
        }
        for row in found.windows
        if differs(row)
    ]
    _table(console, "Composite, newest complete window", rows)
    rows = [
        {
            "outcome": row["outcome_id"],
            "before": f"{row['as_expected_before']} of {row['bands_before']}",
            "after": f"{row['as_expected_after']} of {row['bands_after']}",
        }
        for row in found.calibration
        if differs(row)
    ]
    _table(console, "Bands with as many bad customers as expected", rows)


def _interval(row: dict[str, Any], figure: str, side: str) -> str:
    if row[f"{figure}_{side}"] is None:
        return "insufficient history"
    low, high = row[f"{figure}_low_{side}"], row[f"{figure}_high_{side}"]
    return f"{row[f'{figure}_{side}']:.3f} ({low:.3f}-{high:.3f})"


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _pair(row: dict[str, Any], figure: str, shown: Any) -> str:
    before, after = row[f"{figure}_before"], row[f"{figure}_after"]
    first, second = ("–" if value is None else shown(value) for value in (before, after))
    return first if first == second else f"{first} -> {second}"


def _table(console: Console, title: str, rows: list[dict[str, Any]], names: tuple[str, ...] = ()) -> None:
    if not rows:
        return
    table = Table(title=title, **TABLE_STYLE)
    for name in names or rows[0]:
        table.add_column(name.replace("_", " "), overflow="fold")
    for row in rows:
        cells = (row[name] for name in names or row)
        table.add_row(
            *(
                escape(f"{cell:,.4g}" if isinstance(cell, float) else "–" if cell is None else str(cell))
                for cell in cells
            )
        )
    console.print(table)


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    app.command()(whatif)
