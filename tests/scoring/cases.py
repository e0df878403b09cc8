"""Customers as the scoring models see them, written in a few facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.scoring.bench import AS_OF


@dataclass(frozen=True)
class Customer:
    """Facts of one customer. Money in base currency; shares 0 to 1; None is "nothing known"."""

    key: str
    due_documents: int = 10
    matured: int = 10
    late_share: float = 0.0
    days_beyond_terms: float = 0.0
    overdue: float = 0.0
    not_due: float = 1000.0
    oldest_dpd: int = 0
    utilisation: float | None = None
    purchases: int = 12
    recency: int = 20
    tenure: int = 1000
    mean_gap: float | None = 30.0
    purchases_180: int = 6
    expected_180: float | None = 6.0
    revenue: float = 12000.0
    revenue_prior: float = 12000.0
    is_in_crm: bool = True
    won: int = 1
    lost: int = 1
    silent_days: int | None = 10

    def documents(self) -> list[dict[str, Any]]:
        """Invoices: those that fell due, the overdue balance on the oldest day, and one not yet due."""
        due = [self._document(AS_OF - timedelta(days=1), 0, 0) for _ in range(min(2, self.due_documents))]
        if due and self.overdue:
            due[0] = self._document(AS_OF - timedelta(days=self.oldest_dpd), self.overdue, self.oldest_dpd)
        return [*due, self._document(AS_OF + timedelta(days=30), self.not_due, -30)] if self.not_due else due

    def _document(self, due_date, balance, dpd) -> dict[str, Any]:
        return {
            "customer_key": self.key,
            "document_type": "invoice",
            "due_date": due_date,
            "amount_base": balance,
            "balance_base": balance,
            "dpd": dpd,
        }


def tables(customers: Iterable[Customer]) -> dict[str, list[dict[str, Any]]]:
    """Input tables of the scoring models for these customers."""
    result: dict[str, list[dict[str, Any]]] = {
        name: []
        for name in (
            "int_customers",
            "int_document_balances",
            "int_customer_receivables",
            "int_customer_payment_behaviour",
            "int_customer_buying",
            "int_customer_deals",
            "int_customer_engagement",
            "int_customer_values",
        )
    }
    for case in customers:
        key = {"customer_key": case.key}
        result["int_customers"].append(key | {"is_in_crm": case.is_in_crm})
        result["int_document_balances"] += case.documents()
        result["int_customer_receivables"].append(
            key
            | {
                "overdue_balance": case.overdue,
                "oldest_dpd": case.oldest_dpd,
                "utilisation": case.utilisation,
            }
        )
        if case.due_documents:
            share = case.late_share if case.matured else None
            result["int_customer_payment_behaviour"].append(
                key
                | {
                    "matured_documents": case.matured,
                    "late_share_count": share,
                    "late_share_amount": share,
                    "days_beyond_terms": case.days_beyond_terms if case.matured else None,
                }
            )
        if case.purchases:
            result["int_customer_buying"].append(
                key
                | {
                    "purchases": case.purchases,
                    "purchase_days": case.purchases,
                    "purchases_180": case.purchases_180,
                    "purchases_prior_365": case.purchases // 2,
                    "expected_180": case.expected_180,
                    "recency_days": case.recency,
                    "tenure_days": case.tenure,
                    "mean_gap_days": case.mean_gap,
                    "revenue_365": case.revenue,
                    "revenue_prior_365": case.revenue_prior,
                }
            )
        result["int_customer_deals"].append(
            key | {"won_365": case.won, "lost_365": case.lost, "lost_weight_365": case.lost}
        )
        result["int_customer_engagement"].append(key | {"days_since_last_activity": case.silent_days})
        result["int_customer_values"].append(
            key | {"value_tier": "standard" if case.purchases else "inactive"}
        )
    return result
