"""Compares the published fact with the hand-written figures, customer by customer."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

EXACT = (
    "open_balance", "open_receivables", "overdue_balance", "unapplied_credits", "exposure",
    "ageing_current", "ageing_1_30", "ageing_31_60", "ageing_61_90", "ageing_91_120", "ageing_over_120",
    "matured_documents", "late_documents", "purchases", "recency_days", "purchases_365", "revenue_365",
)  # fmt: skip
RATIOS = ("overdue_rate", "late_share_count", "days_beyond_terms")
_RATIO_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Agreement:
    """How many customers were compared, how many figures of each, and which columns differ for how many customers."""

    customers: int
    figures: int
    exposure: str
    differences: dict[str, int]


def compare(fact: Path, figures: Path) -> Agreement:
    """Compare the newest date of the published fact with the figures; money must agree to the cent."""
    checks = [f"count(*) filter (f.{name} is distinct from h.{name}) as {name}" for name in EXACT]
    checks += [
        f"count(*) filter ((f.{name} is null) != (h.{name} is null)"
        f" or abs(f.{name} - h.{name}) > {_RATIO_TOLERANCE}) as {name}"
        for name in RATIOS
    ]
    with duckdb.connect() as connection:
        row = connection.execute(
            f"""
            with f as (
                select * from read_parquet('{fact}')
                where as_of_date = (select max(as_of_date) from read_parquet('{fact}'))
            ),
            h as (select 'files:' || customer_id as customer_id, * exclude (customer_id) from read_parquet('{figures}'))
            select
                count(*), count(*) filter (f.customer_id is null or h.customer_id is null), sum(h.exposure)::varchar,
                {", ".join(checks)}
            from f full join h using (customer_id)
            """
        ).fetchone()
    assert row is not None
    customers, unmatched, exposure, *counts = row
    differences = {name: count for name, count in zip((*EXACT, *RATIOS), counts, strict=True) if count}
    if unmatched:
        differences["customer_id"] = unmatched
    return Agreement(customers, len(EXACT) + len(RATIOS), exposure, differences)
