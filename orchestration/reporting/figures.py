"""The figures that the summary and the report show, read once from a published finance file."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from orchestration.publishing.manifest import Manifest
from orchestration.reporting.labels import Label, label, labels
from orchestration.reporting.losses import Losses, read_losses
from orchestration.reporting.query import open_locked
from orchestration.reporting.worth import Worth, read_worth


@dataclass(frozen=True)
class TierRow:
    """Customers and exposure of one risk tier."""

    label: Label
    customers: int
    exposure: Any
    overdue: Any
    receivables: Any


@dataclass(frozen=True)
class SourceRow:
    """One landed file of the run and how old its newest record is at as_of."""

    source: str
    entity: str
    file: str
    rows_in_file: int
    rows_loaded: int
    rows_quarantined: int
    rows_filtered: int
    last_date: str | None
    age_days: int | None


@dataclass
class Figures:
    """What one version shows; money in base currency. `matrix` maps (value tier, risk tier) -> customers."""

    tiers: list[TierRow]
    matrix: dict[tuple[str, str], int]
    ageing: list[dict[str, Any]]
    riskiest: list[dict[str, Any]]
    quarantine: list[dict[str, Any]]
    sources: list[SourceRow] = field(default_factory=list)
    dates: list[dict[str, Any]] = field(default_factory=list)
    dimensions: list[dict[str, Any]] = field(default_factory=list)
    alerts: list[dict[str, Any]] = field(default_factory=list)
    collections: list[dict[str, Any]] = field(default_factory=list)
    worth: Worth = field(default_factory=Worth)
    losses: Losses = field(default_factory=Losses)

    @property
    def customers(self) -> int:
        """Number of customers in the version."""
        return sum(row.customers for row in self.tiers)

    @property
    def exposure(self) -> Any:
        """Exposure of all customers."""
        return sum(row.exposure for row in self.tiers)


def collect(database: Path, manifest: Manifest, *, riskiest: int = 10) -> Figures:
    """Read the figures of one version from its finance file."""
    with open_locked(database) as connection:

        def rows(sql: str) -> list[dict[str, Any]]:
            result = connection.execute(sql)
            names = [column[0] for column in result.description or []]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

        as_of = f"date '{manifest.as_of_date.isoformat()}'"
        tiers = rows(
            "select risk_tier, count(*) as customers, coalesce(sum(exposure), 0) as exposure,"
            " coalesce(sum(overdue_balance), 0) as overdue, coalesce(sum(open_receivables), 0) as receivables"
            f" from fct_customer_risk where as_of_date = {as_of}"
            " group by risk_tier"
        )
        matrix = rows(
            "select value_tier, risk_tier, count(*) as customers from mart_customer_tier group by value_tier, risk_tier"
        )
        ageing = rows(
            "select ageing_bucket, min(sort_order) as sort_order, sum(documents) as documents,"
            " sum(balance_base) as balance from mart_ar_ageing group by ageing_bucket order by sort_order nulls last"
        )
        # By tier first: a hard rule or an override may place a customer above its score.
        rank = " ".join(f"when '{item.code}' then {item.rank}" for item in labels("risk_tiers").values())
        top = rows(
            "select * from mart_customer_tier where composite_score is not null"
            f" order by case risk_tier {rank} else 0 end desc, composite_score desc nulls last,"
            f" customer_key nulls last limit {int(riskiest)}"
        )
        quarantine = rows(
            "select stage, coalesce(record_file, source_system || ' ' || entity) as file, reason_code,"
            " count(*) as findings from mart_quarantine group by stage, 2, reason_code"
            " order by stage nulls last, file nulls last, findings desc nulls last, reason_code nulls last"
        )
        dimensions = [
            {
                "label": item,
                **rows(
                    f"select count({item.code}_score) as scored, round(avg({item.code}_score), 1) as mean,"
                    f" count(*) filter ({item.code}_evidence = 'thin') as thin from fct_customer_risk"
                    f" where as_of_date = {as_of}"
                )[0],
            }
            for item in labels("risk_dimensions").values()
        ]
        alerts = rows(
            "select alert_id, any_value(alert_en) as en, any_value(alert_zh) as zh,"
            " any_value(alert_severity) as severity, count(*) filter (alert_state = 'opened') as opened,"
            " count(*) filter (alert_state = 'worsened') as worsened,"
            " count(*) filter (alert_state = 'cleared') as cleared,"
            f" count(*) filter (alert_state != 'cleared') as open from mart_alerts where as_of_date = {as_of}"
            " and alert_en is not null group by alert_id order by open desc nulls last, alert_id nulls last"
        )
        collections = rows(
            f"select * from mart_collections order by priority_rank nulls last limit {int(riskiest)}"
        )
        worth = read_worth(rows, manifest.as_of_date)
        losses = read_losses(rows)
        dates = rows(
            "select as_of_date, count(*) as customers, sum(exposure) as exposure, avg(composite_score) as composite"
            " from fct_customer_risk group by as_of_date order by as_of_date nulls last"
        )
    return Figures(
        tiers=_tier_rows(tiers),
        matrix={(row["value_tier"], row["risk_tier"]): row["customers"] for row in matrix},
        ageing=[{**row, "label": label("ageing_buckets", row["ageing_bucket"])} for row in ageing],
        riskiest=[{**row, "label": label("risk_tiers", row["risk_tier"])} for row in top],
        quarantine=quarantine,
        sources=_source_rows(manifest),
        dates=dates,
        dimensions=dimensions,
        alerts=alerts,
        collections=collections,
        worth=worth,
        losses=losses,
    )


def _tier_rows(rows: list[dict[str, Any]]) -> list[TierRow]:
    found = {row["risk_tier"]: row for row in rows}
    ranked = sorted(labels("risk_tiers").values(), key=lambda item: -item.rank)
    unknown = [label("risk_tiers", code) for code in found if code not in labels("risk_tiers")]
    names = ("customers", "exposure", "overdue", "receivables")
    empty = dict.fromkeys(names, 0)
    return [
        TierRow(item, *(found.get(item.code, empty)[name] for name in names)) for item in [*ranked, *unknown]
    ]


def _source_rows(manifest: Manifest) -> list[SourceRow]:
    rows = []
    for source in manifest.sources:
        last = source.get("last_date")
        age = (manifest.as_of_date - date.fromisoformat(last)).days if last else None
        counts = (source[f"rows_{name}"] for name in ("in_file", "loaded", "quarantined", "filtered"))
        rows.append(SourceRow(source["source"], source["entity"], source["file"], *counts, last, age))
    return rows
