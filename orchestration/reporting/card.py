"""The model card: what the score is for, what it is made of, what it was worth so far; from marts and rule tables.

Nothing in it is written by hand that a night could make stale: texts say what a figure means, never which it is.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from orchestration.publishing.manifest import Manifest
from orchestration.reporting.labels import Label, label
from orchestration.reporting.losses import read_candidates
from orchestration.reporting.query import open_locked
from orchestration.reporting.worth import Worth, read_worth
from orchestration.rules.tables import Row, read_rows

Rows = Callable[[str], list[dict[str, Any]]]
# A count of fewer customers is not shown: beside a rate it would speak of single ones.
LEAST = 5
_COMPOSITE = "composite"


@dataclass(frozen=True)
class Factor:
    """A factor in force: its label, the weight inside its dimension and in the whole score, and its bands."""

    label: Label
    weight: float
    composite_weight: float
    direction: str
    bands: list[Row]


@dataclass(frozen=True)
class Dimension:
    """A dimension in force with its factors, heaviest first."""

    label: Label
    weight: float
    owner: str
    factors: list[Factor]


@dataclass(frozen=True)
class Card:
    """What the card says; rows come from the published marts, `roc` and `calibration` only of judged outcomes."""

    manifest: Manifest
    dimensions: list[Dimension]
    tiers: list[Row]
    hard_rules: list[Row]
    versions: list[Row]
    owners: list[str]
    sources: list[dict[str, Any]]
    dates: list[date]
    customers: int
    worth: Worth
    outcomes: dict[str, Row] = field(default_factory=dict)
    roc: list[dict[str, Any]] = field(default_factory=list)
    calibration: list[dict[str, Any]] = field(default_factory=list)
    stability: list[dict[str, Any]] = field(default_factory=list)
    migration: list[dict[str, Any]] = field(default_factory=list)
    thin: list[dict[str, Any]] = field(default_factory=list)
    candidates: list[dict[str, Any]] = field(default_factory=list)

    @property
    def judged(self) -> list[dict[str, Any]]:
        """The outcomes of which enough is known to say something of the composite or a dimension."""
        return [row for row in self.worth.scores if row["auc"] is not None]


def in_force(rows: list[Row], on: date) -> list[Row]:
    """The rows of a rule table that count on a date."""
    day = on.isoformat()
    return [
        row
        for row in rows
        if row["effective_from"] <= day and (not row["effective_to"] or day < row["effective_to"])
    ]


def read_card(database: Path, manifest: Manifest, rules_dir: Path) -> Card:
    """Read the card of one version from its finance file and the rule tables in force at its date."""
    on = manifest.as_of_date

    def rules(name: str) -> list[Row]:
        return in_force(read_rows(rules_dir, name), on)

    with open_locked(database) as connection:

        def rows(sql: str) -> list[dict[str, Any]]:
            result = connection.execute(sql)
            names = [column[0] for column in result.description or []]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

        dimensions = _dimensions(rules("risk_dimensions"), rules("risk_factors"), rules("factor_bands"))
        return Card(
            manifest=manifest,
            dimensions=dimensions,
            tiers=sorted(rules("risk_tiers"), key=lambda row: int(row["rank"])),
            hard_rules=rules("hard_rules"),
            versions=read_rows(rules_dir, "rules_versions"),
            owners=sorted({item.owner for item in dimensions}),
            sources=manifest.sources,
            # All that are finished: what is published of them is a choice (published_dates).
            dates=sorted(manifest.history["fct_customer_risk"]),
            customers=rows(
                f"select count(*) as n from fct_customer_risk where as_of_date = date '{on.isoformat()}'"
            )[0]["n"],
            worth=read_worth(rows, on),
            outcomes={row["outcome_id"]: row for row in rules("outcomes")},
            roc=rows(
                f"select * from mart_score_roc where dimension = '{_COMPOSITE}'"
                " order by outcome_id nulls last, score_from desc nulls last"
            ),
            calibration=_calibration(rows),
            stability=rows(
                "select * from mart_score_stability where psi is not null"
                " and validation_date = (select max(validation_date) from mart_score_stability)"
                " order by psi desc nulls last, measure_type nulls last, measure_name nulls last"
            ),
            migration=_migration(rows, on),
            thin=_thin(rows, dimensions, on),
            candidates=read_candidates(rows),
        )


def _dimensions(dimensions: list[Row], factors: list[Row], bands: list[Row]) -> list[Dimension]:
    found = []
    for row in sorted(dimensions, key=lambda item: (-float(item["weight"]), item["dimension"])):
        weight = float(row["weight"])
        own = [item for item in factors if item["dimension"] == row["dimension"]]
        parts = [
            Factor(
                label("risk_factors", item["factor_id"]),
                float(item["weight"]),
                weight * float(item["weight"]),
                item["direction"],
                sorted(
                    (band for band in bands if band["factor_id"] == item["factor_id"]),
                    key=lambda band: int(band["band"]),
                ),
            )
            for item in sorted(own, key=lambda item: (-float(item["weight"]), item["factor_id"]))
        ]
        found.append(Dimension(label("risk_dimensions", row["dimension"]), weight, row["owner"], parts))
    return found


def _calibration(rows: Rows) -> list[dict[str, Any]]:
    """The newest complete window of each outcome that was judged, by band of the composite."""
    return rows(
        "select bands.* from mart_score_calibration as bands inner join ("
        "select outcome_id, max(validation_date) as newest from mart_score_calibration group by outcome_id"
        ") as windows on bands.outcome_id = windows.outcome_id and bands.validation_date = windows.newest"
        " inner join mart_score_worth as worths"
        " on bands.outcome_id = worths.outcome_id and bands.dimension = worths.dimension"
        f" where bands.dimension = '{_COMPOSITE}' and worths.auc is not null and bands.customers >= {LEAST}"
        " order by bands.outcome_id nulls last, bands.band_rank nulls last"
    )


def _migration(rows: Rows, on: date) -> list[dict[str, Any]]:
    found = rows(
        f"select * from mart_tier_migration where as_of_date = date '{on.isoformat()}'"
        " order by from_tier nulls last, to_tier nulls last"
    )
    for row in found:
        row["is_few"] = row["customers"] < LEAST
    return found


def _thin(rows: Rows, dimensions: list[Dimension], on: date) -> list[dict[str, Any]]:
    """Share of customers by evidence of each dimension."""
    parts = " union all ".join(
        f"select '{item.label.code}' as dimension, {item.label.code}_evidence as evidence"
        f" from fct_customer_risk where as_of_date = date '{on.isoformat()}'"
        for item in dimensions
    )
    found = rows(
        "select dimension, count(*) as customers, count(*) filter (evidence = 'insufficient_data') as without,"
        f" count(*) filter (evidence = 'thin') as thin from ({parts}) group by dimension order by dimension nulls last"
    )
    return [{**row, "label": label("risk_dimensions", row["dimension"])} for row in found]
