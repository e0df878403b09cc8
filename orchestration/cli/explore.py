"""crw explain and query: reading what was published."""

from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from orchestration.cli import options
from orchestration.cli.options import Audience, AudienceOption, Output, Warehouse, served
from orchestration.reporting import explain as explaining
from orchestration.reporting import query as querying
from orchestration.reporting.labels import label
from orchestration.reporting.summary import TABLE_STYLE, TIER_STYLE, money, score


class Language(StrEnum):
    """Language of reasons and labels."""

    en = "en"
    zh = "zh"


_MISSING = {
    Language.en: "insufficient data: left out, the others weigh more",
    Language.zh: "证据不足，不计入，其余因子权重相应提高",
}


def explain(
    customer: Annotated[
        str, typer.Argument(help="customer_id (zoho_crm:123), the source's id, customer_key or name.")
    ],
    language: Annotated[
        Language, typer.Option("--language", "-l", help="Language of the reasons.")
    ] = Language.en,
    warehouse: Warehouse = None,
) -> None:
    """Explain a customer's score: every factor with value, band, points, weight, contribution and reason."""
    _, version = served(warehouse)
    database = version.folder / "finance.duckdb"
    found = explaining.explain(database, explaining.one_customer(database, customer))
    console = options.console()
    _print_head(console, found, language)
    for dimension in dict.fromkeys(row["dimension"] for row in found.factors):
        rows = [row for row in found.factors if row["dimension"] == dimension]
        console.print(_factor_table(getattr(label("risk_dimensions", dimension), language), rows, language))
    for table in (
        _alert_table(found, language),
        _control_table(found, language),
        _collection_table(found, language),
        _history_table(found, language),
    ):
        if table.row_count:
            console.print(table)


def _history_table(found: explaining.Explanation, language: Language) -> Table:
    table = Table(title="Score by date", **TABLE_STYLE)
    table.add_column("as of", no_wrap=True)
    table.add_column("tier")
    for name in ("composite", *found.dimensions):
        table.add_column(name[:12], justify="right", overflow="fold")
    table.add_column("run")
    for row in found.history:
        scores = [score(row[f"{name}_score"]) for name in ("composite", *found.dimensions)]
        tier = getattr(label("risk_tiers", row["risk_tier"]), language)
        table.add_row(str(row["as_of_date"]), tier, *scores, row["run_id"])
    return table


def _alert_table(found: explaining.Explanation, language: Language) -> Table:
    table = Table(title="Open alerts", **TABLE_STYLE)
    for name in ("alert", "state", "since", "who", "due", "evidence"):
        table.add_column(name, overflow="fold")
    for row in found.alerts:
        due = str(row["action_due_date"] or "–")
        cells = (row["alert_state"], str(row["opened_date"]), row["action_owner"], due)
        table.add_row(row[f"alert_{language}"], *cells, row[f"evidence_{language}"])
    return table


def _control_table(found: explaining.Explanation, language: Language) -> Table:
    table = Table(title="Recommended controls", **TABLE_STYLE)
    for name in ("control", "limit", "terms", "who", "due", "rule"):
        table.add_column(name, overflow="fold")
    for row in found.controls:
        limit, days = row["recommended_limit"], row["recommended_terms_days"]
        table.add_row(
            row[f"control_{language}"],
            "–" if limit is None else money(limit),
            "–" if days is None else f"{days} d",
            row["action_owner"],
            str(row["action_due_date"]),
            row["control_rule_id"],
        )
    return table


def _collection_table(found: explaining.Explanation, language: Language) -> Table:
    table = Table(title="Collection", **TABLE_STYLE)
    for name in (
        "place",
        "intensity",
        "overdue",
        "disputed",
        "promised",
        "to collect",
        "promise",
        "last step",
        "step",
        "due",
        "reason",
    ):
        table.add_column(name, overflow="fold")
    if row := found.collection:
        last = f"{row['last_action_type']} {row['last_action_date']}" if row["last_action_date"] else "–"
        table.add_row(
            str(row["priority_rank"]),
            f"{row[f'intensity_{language}']} {score(row['intensity_score'])}",
            *(money(row[f"{part}_balance"]) for part in ("overdue", "disputed", "promised", "collectable")),
            row["promise_state"] or "–",
            last,
            f"{row[f'action_{language}']} ({row['responsible']})",
            str(row["action_due_date"]),
            row[f"reason_1_{language}"],
        )
    return table


def _factor_table(title: str, rows: list[dict[str, Any]], language: Language) -> Table:
    table = Table(title=f"{title}, largest contribution first", **TABLE_STYLE)
    table.add_column("factor", overflow="fold", min_width=18)
    for name in ("value", "band", "points", "weight", "contrib."):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("reason, when points are high", overflow="fold", min_width=20)
    for row in rows:
        factor = label("risk_factors", row["factor_id"])
        scored = row["status"] == "scored"
        text = factor.reason_zh if language == Language.zh else factor.reason_en
        table.add_row(
            getattr(factor, language),
            _number(row["factor_value"], 3),
            str(row["band"]) if scored else "–",
            _number(row["points"], 1),
            _number(row["weight"], 3),
            _number(row["composite_contribution"], 2),
            f"{row['reason_code']} {text}" if scored else _MISSING[language],
            style="" if scored else "dim",
        )
    return table


def _print_head(console: Console, found: explaining.Explanation, language: Language) -> None:
    tier, risk = found.tier, found.risk
    name = escape(found.customer.customer_name or "")
    shown = getattr(label("risk_tiers", tier["risk_tier"]), language)
    style = TIER_STYLE.get(tier["risk_tier"]) or "bold"
    console.print(f"\n[bold]{name}[/]  {found.customer.customer_id}  ({found.customer.customer_key})")
    console.print(
        f"As of {tier['as_of_date']}: [{style}]{shown}[/], composite {score(tier['composite_score'])}", end=""
    )
    value = getattr(label("value_tiers", tier["value_tier"]), language)
    console.print(f"; value tier {value}; rules {tier['rules_version']}, run {tier['run_id']}")
    for dimension in found.dimensions:
        title = getattr(label("risk_dimensions", dimension), language)
        console.print(f"  {title}: {score(risk[f'{dimension}_score'])} ({risk[f'{dimension}_evidence']})")
    if risk.get("hard_rule"):
        console.print(
            f"  [bold]Hard rule, sets the least tier:[/] {getattr(label('hard_rules', risk['hard_rule']), language)}"
        )
    if risk.get("override_id"):
        model = getattr(label("risk_tiers", risk["model_risk_tier"]), language)
        console.print(f"  [bold]Overridden[/] by {risk['override_id']}: the rules give {model}")
    if risk.get("next_review_date"):
        console.print(f"  Assessed as {risk['assessment_path']}, next review on {risk['next_review_date']}")
    if tier.get("previous_risk_tier"):
        before = getattr(label("risk_tiers", tier["previous_risk_tier"]), language)
        console.print(f"  Previous tier {before}; this one since {tier['risk_tier_since']}")
    console.print(
        f"  Exposure {money(tier['exposure'])}, limit {money(tier['credit_limit'])}, headroom {money(tier['headroom'])}"
    )


def query(
    sql: Annotated[str, typer.Argument(help="One SELECT; `show tables` lists the marts.")],
    audience: AudienceOption = Audience.finance,
    output: Annotated[Output, typer.Option("--format", "-f", help="How rows are written.")] = Output.table,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="At most so many rows.")] = None,
    warehouse: Warehouse = None,
) -> None:
    """Ask the published file in a read-only session: no other files, no network, no settings."""
    _, version = served(warehouse)
    answer = querying.run_query(version.folder / f"{audience}.duckdb", sql, limit)
    print_answer(answer, output)


def print_answer(answer: querying.Answer, output: Output) -> None:
    """Write the rows of a query to stdout."""
    if output == Output.csv:
        typer.echo(querying.as_csv(answer), nl=False)
    elif output == Output.json:
        typer.echo(querying.as_json(answer))
    else:
        table = Table(pad_edge=False, caption=f"{len(answer.rows):,} rows", caption_justify="left")
        for place, name in enumerate(answer.columns):
            numeric = any(isinstance(row[place], int | float) for row in answer.rows[:50])
            table.add_column(escape(name), justify="right" if numeric else "left", overflow="fold")
        for row in answer.rows:
            table.add_row(*("" if value is None else escape(str(value)) for value in row))
        options.console().print(table)


def _number(value: Any, digits: int) -> str:
    return "–" if value is None else f"{float(value):,.{digits}f}"


def register(app: typer.Typer) -> None:
    """Add these commands to the app."""
    for command in (explain, query):
        app.command()(command)
