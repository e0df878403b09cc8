"""report.html: one file that opens with no network, for people who read and do not query."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from orchestration.files import write_atomic
from orchestration.publishing.manifest import Manifest
from orchestration.reporting.figures import collect
from orchestration.reporting.labels import labels

NAME = "report.html"
_TEMPLATES = Path(__file__).resolve().parent / "templates"


def write_report(folder: Path, manifest: Manifest, rules_dir: Path) -> Path:
    """Write report.html and the model card into a version's folder from its finance.duckdb and the rule tables."""
    # Imported here: a chart library takes seconds to load, and every command imports this module.
    from orchestration.reporting.model_card import write_card

    figures = collect(folder / "finance.duckdb", manifest)
    page = _environment().get_template("report.html.j2")
    text = page.render(
        manifest=manifest,
        figures=figures,
        model_card=write_card(folder, manifest, rules_dir),
        value_tiers=sorted(labels("value_tiers").values(), key=lambda item: -item.rank),
        risk_tiers=[row.label for row in figures.tiers],
        rules=labels("hard_rules"),
        largest_cell=max(figures.matrix.values(), default=0),
        tier_top=max((row.customers for row in figures.tiers), default=0),
        ageing_top=max((abs(row["balance"] or 0) for row in figures.ageing), default=0),
        overdue=sum(row.overdue for row in figures.tiers),
        receivables=sum(row.receivables for row in figures.tiers),
    )
    path = folder / NAME
    write_atomic(path, text.encode())
    return path


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["money"] = _money
    environment.filters["percent"] = _percent
    environment.filters["share"] = _share
    return environment


def _money(value: Decimal | float | int | None) -> str:
    return "–" if value is None else f"{value:,.0f}"


def _percent(part: Any, whole: Any) -> str:
    return f"{100 * float(part) / float(whole):.1f} %" if whole else "–"


def _share(part: Any, whole: Any) -> float:
    """Width in percent of a bar, 0 to 100."""
    return round(min(100.0, 100 * abs(float(part or 0)) / float(whole)), 2) if whole else 0.0
