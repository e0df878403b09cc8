"""What the report says of losses: the marts' figures by tier and age, tied to the ledger or said not to be."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from orchestration.reporting.losses import Losses, read_losses
from orchestration.reporting.report import _environment

TIERS = [
    {"model_risk_tier": "low", "customers": 90, "in_default": 0, "mean_pd": 0.011, "exposure": Decimal(8000),
     "expected_loss": Decimal(40), "provision": Decimal(50)},
    {"model_risk_tier": "high", "customers": 1010, "in_default": 4, "mean_pd": 0.25, "exposure": Decimal(2000),
     "expected_loss": Decimal(360), "provision": Decimal(70)},
]  # fmt: skip
BUCKETS = [
    {"ageing_bucket": "current", "balance": Decimal("6000.10"), "loss_rate": 0.005, "rate_source": "fallback",
     "provided": Decimal(30)},
    {"ageing_bucket": "1_30", "balance": Decimal(3000), "loss_rate": 0.03, "rate_source": "observed",
     "provided": Decimal(90)},
]  # fmt: skip
CHOSEN = {
    "candidate_en": "Prior by risk tier", "candidate_zh": "先验", "is_chosen": True,
    "pd_reason_en": "Nothing else is proven", "pd_reason_zh": "未得到证明", "fit_to": None, "auc": None, "brier": None,
}  # fmt: skip
BEATEN = CHOSEN | {
    "candidate_en": "Fitted on own history", "is_chosen": False, "pd_reason_en": "Does not beat the credit score",
    "fit_from": date(2024, 6, 30), "fit_to": date(2025, 6, 30), "fit_bads": 41, "fit_observations": 1900,
    "judged_from": date(2025, 3, 31), "judged_to": date(2025, 6, 30), "judged_bads": 22, "judged_observations": 800,
    "auc": 0.7123, "brier": 0.04321,
}  # fmt: skip


def losses(ledger: str = "9000.10", **changed: list[dict[str, Any]]) -> Losses:
    tables = {
        "mart_expected_loss": TIERS,
        "mart_provision": BUCKETS,
        "mart_ar_ageing": [{"balance": Decimal(ledger)}],
        "mart_pd_model": [CHOSEN, BEATEN],
    } | changed

    def rows(sql: str) -> list[dict[str, Any]]:
        return next(found for name, found in tables.items() if f"from {name}" in sql)

    return read_losses(rows)


def page(found: Losses) -> str:
    return _environment().get_template("losses.html.j2").render(losses=found, currency="CNY")


def test_tiers_ages_and_the_way_to_the_probability_are_told_with_their_sums() -> None:
    text = page(losses())
    for said in (
        "1,010", "25.0 %", "1.1 %", "23.0 %", "18.0 %", "2,000", "10,000", "4.0 %", "0.50 %", "3.00 %", "Observed",
        "观察值", "Fallback of the rule table", "9,000", "balance of the ledger", "Nothing else is proven", "used 采用",
        "Does not beat the credit score", "22 of 800", "41 of 1,900", "2025-03-31 – 2025-06-30", "0.712", "0.0432",
    ):  # fmt: skip
        assert said in text, said
    assert text.index("dot high") < text.index("dot low")
    assert text.count("used 采用") == 1


def test_a_balance_that_is_not_the_ledgers_is_said() -> None:
    found = losses(ledger="9000.11")
    assert not found.is_tied
    text = page(found)
    assert "the ledger says 9,000" in text
    assert "balance of the ledger" not in text


@pytest.mark.parametrize("name", ["tiers", "buckets"])
def test_a_company_without_receivables_has_no_losses(name: str) -> None:
    nothing = {"mart_expected_loss": [], "mart_provision": []}
    found = losses(ledger="0", **nothing)
    assert getattr(found, name) == []
    assert found.is_tied
    assert "Nothing is open" in page(found)
