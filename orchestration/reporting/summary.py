"""What a run prints when it ends: where the result lies and what it says."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from orchestration.publishing.manifest import Manifest
from orchestration.reporting.figures import Figures

TABLE_STYLE: dict[str, Any] = {"title_justify": "left", "title_style": "bold", "box": box.SIMPLE_HEAD}
TIER_STYLE = {"critical": "bold red", "high": "red", "moderate": "yellow", "low": "green", "unrated": "dim"}


def print_summary(console: Console, warehouse: Path, manifest: Manifest, figures: Figures) -> None:
    """Print place, tiers with counts and exposure, the five riskiest, the quarantine and the report's path."""
    current = warehouse / "current"
    console.print(
        f"\n[bold]Published {manifest.version}[/] · as of {manifest.as_of_date} · run {manifest.run_id}"
        f" · rules {manifest.rules_version}"
    )
    console.print(f"  finance  {current / 'finance.duckdb'}", highlight=False)
    console.print(f"  BI       {current / 'bi.duckdb'}", highlight=False)
    console.print(f"  Parquet  {current / 'marts'}/*.parquet", highlight=False)
    dates = [str(row["as_of_date"]) for row in figures.dates]
    if len(dates) > 1:
        console.print(f"  history  {len(dates)} dates, {dates[0]} to {dates[-1]}", highlight=False)
    console.print()
    console.print(tier_table(figures, manifest.base_currency))
    console.print(riskiest_table(figures.riskiest[:5]))
    print_quarantine(console, figures)
    console.print(f"\nReport (opens with no network): [bold]{current / 'report.html'}[/]", highlight=False)


def tier_table(figures: Figures, currency: str) -> Table:
    """Return tiers with customers, exposure and overdue balance, riskiest first."""
    table = Table(title=f"Risk tiers, {currency}", **TABLE_STYLE)
    table.add_column("tier")
    for name in ("customers", "exposure", "overdue"):
        table.add_column(name, justify="right")
    for row in figures.tiers:
        style = TIER_STYLE.get(row.label.code, "")
        name = f"{row.label.en} {row.label.zh}"
        table.add_row(name, f"{row.customers:,}", money(row.exposure), money(row.overdue), style=style)
    table.add_section()
    overdue = sum(row.overdue for row in figures.tiers)
    table.add_row("all", f"{figures.customers:,}", money(figures.exposure), money(overdue))
    return table


def riskiest_table(customers: list[dict[str, Any]]) -> Table:
    """Return the riskiest customers with score, tier, exposure and first reason."""
    table = Table(title="Riskiest customers", **TABLE_STYLE)
    table.add_column("customer", overflow="fold")
    table.add_column("score", justify="right")
    table.add_column("tier")
    table.add_column("exposure", justify="right")
    table.add_column("first reason", overflow="fold")
    for row in customers:
        style = TIER_STYLE.get(row["risk_tier"], "")
        name = escape(row["customer_name"] or row["customer_id"])
        table.add_row(
            name,
            score(row["composite_score"]),
            f"[{style}]{row['label'].en}[/]" if style else row["label"].en,
            money(row["exposure"]),
            row["reason_1_en"] or "",
        )
    return table


def print_quarantine(console: Console, figures: Figures) -> None:
    """Print what did not load, by file and reason, with counts."""
    if not figures.quarantine:
        console.print("Nothing was quarantined.")
        return
    table = Table(title="Quarantined and flagged rows (lines: crw quarantine)", **TABLE_STYLE)
    table.add_column("file", overflow="fold")
    for name in ("reason", "set aside by"):
        table.add_column(name)
    table.add_column("rows", justify="right")
    for row in figures.quarantine:
        table.add_row(escape(row["file"]), row["reason_code"], row["stage"], f"{row['findings']:,}")
    console.print(table)


def money(value: Decimal | int | float | None) -> str:
    """Write money with thousands and two decimals; none is a dash."""
    return "–" if value is None else f"{value:,.2f}"


def score(value: float | None) -> str:
    """Write a score with one decimal; none is a dash."""
    return "–" if value is None else f"{value:.1f}"
