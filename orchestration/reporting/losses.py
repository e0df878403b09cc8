"""What is expected to be lost and provided for, for the report: by tier, by age against the ledger, and by which PD."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from orchestration.reporting.labels import label

Rows = Callable[[str], list[dict[str, Any]]]


@dataclass(frozen=True)
class Losses:
    """Money in base currency. `tiers`: a row per tier of the rules, riskiest first. `buckets`: a row per ageing bucket,
    youngest first. `candidates`: the ways to a probability of default that were tried, the one used first.
    """

    tiers: list[dict[str, Any]] = field(default_factory=list)
    buckets: list[dict[str, Any]] = field(default_factory=list)
    candidates: list[dict[str, Any]] = field(default_factory=list)
    ledger: Any = 0

    def total(self, name: str) -> Any:
        """Sum of a column of `tiers`, or of `buckets` where only they have it."""
        rows = self.tiers if self.tiers and name in self.tiers[0] else self.buckets
        return sum(row[name] for row in rows)

    @property
    def mean_pd(self) -> float | None:
        """Mean probability of default of all customers, who is in default counting as one."""
        customers = self.total("customers") if self.tiers else 0
        return sum(row["mean_pd"] * row["customers"] for row in self.tiers) / customers if customers else None

    @property
    def is_tied(self) -> bool:
        """Whether the balances provided for are those of the ledger, to the cent."""
        return self.total("balance") == self.ledger


def read_losses(rows: Rows) -> Losses:
    """Read it from the tables of a published finance file. `rows` runs a query."""
    tiers = rows(
        "select model_risk_tier, count(*) as customers, count(*) filter (pd_method = 'in_default') as in_default,"
        " avg(probability_of_default) as mean_pd, sum(exposure_at_default_base) as exposure,"
        " sum(expected_loss_base) as expected_loss, sum(provision_base) as provision"
        " from mart_expected_loss group by model_risk_tier"
    )
    buckets = rows(
        "select ageing_bucket, min(sort_order) as sort_order, sum(balance_base) as balance,"
        " min(loss_rate) as loss_rate, min(rate_source) as rate_source, sum(provision_base) as provided"
        " from mart_provision group by ageing_bucket order by sort_order nulls last"
    )
    [ledger] = rows("select coalesce(sum(balance_base), 0) as balance from mart_ar_ageing")
    labelled = [{**row, "tier": label("risk_tiers", row["model_risk_tier"])} for row in tiers]
    return Losses(
        sorted(labelled, key=lambda row: -row["tier"].rank),
        [
            {
                **row,
                "bucket": label("ageing_buckets", row["ageing_bucket"]),
                "source": label("default_terms", row["rate_source"]),
            }
            for row in buckets
        ],
        read_candidates(rows),
        ledger["balance"],
    )


def read_candidates(rows: Rows) -> list[dict[str, Any]]:
    """The ways to a probability of default, the one used first."""
    return rows("select * from mart_pd_model order by is_chosen desc nulls last, candidate nulls last")
