"""Why a customer has its score: factor rows, dimensions, tier and its history, from the published file."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from orchestration.errors import ConfigurationError
from orchestration.reporting.labels import labels
from orchestration.reporting.query import open_locked

_FIND = """
select distinct customer_key, customer_id, customer_name, customer_type
from marts.mart_customer_tier
where customer_key = $1 or customer_id = $1 or split_part(customer_id, ':', 2) = $1
    or lower(customer_name) = lower($1)
order by customer_id nulls first, customer_key
"""
_PART = """
select distinct customer_key, customer_id, customer_name, customer_type
from marts.mart_customer_tier
where contains(lower(customer_name), lower($1))
order by customer_id nulls first, customer_key
limit 20
"""


@dataclass(frozen=True)
class Customer:
    """A customer found by what the user typed."""

    customer_key: str
    customer_id: str
    customer_name: str | None
    customer_type: str | None


@dataclass
class Explanation:
    """Everything that stands below one customer's score, as rows of name -> value; `dimensions` in their order."""

    customer: Customer
    tier: dict[str, Any]
    risk: dict[str, Any]
    factors: list[dict[str, Any]] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    alerts: list[dict[str, Any]] = field(default_factory=list)
    controls: list[dict[str, Any]] = field(default_factory=list)
    collection: dict[str, Any] | None = None

    @property
    def dimensions(self) -> list[str]:
        """Dimensions of the score, in the order of the rule table."""
        return [code for code in labels("risk_dimensions") if f"{code}_score" in self.risk]


def find_customers(database: Path, text: str) -> list[Customer]:
    """Find by customer_id (zoho_crm:123), the source's own id, customer_key or name; else by a part of the name."""
    with open_locked(database) as connection:
        rows = connection.execute(_FIND, [text]).fetchall()
        if not rows:
            rows = connection.execute(_PART, [text]).fetchall()
    return [Customer(*row) for row in rows]


def explain(database: Path, customer: Customer) -> Explanation:
    """Read tier, risk measures, factor rows (largest contribution first) and the composite by date."""
    with open_locked(database) as connection:

        def rows(sql: str, *parameters: Any) -> list[dict[str, Any]]:
            result = connection.execute(sql, list(parameters))
            names = [column[0] for column in result.description or []]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

        tier = rows("select * from marts.mart_customer_tier where customer_key = ?", customer.customer_key)
        day = tier[0]["as_of_date"]
        risk = rows(
            "select * from marts.fct_customer_risk where customer_key = ? and as_of_date = ?",
            customer.customer_key,
            day,
        )
        factors = rows(
            "select * from marts.fct_customer_risk_factors where customer_key = ? and as_of_date = ?"
            " order by composite_contribution desc nulls last, factor_id nulls last",
            customer.customer_key,
            day,
        )
        history = rows(
            "select * from marts.fct_customer_risk where customer_key = ? order by as_of_date nulls first",
            customer.customer_key,
        )
        alerts = rows(
            "select * from marts.mart_alerts where customer_key = ? and as_of_date = ?"
            " and alert_state != 'cleared' order by opened_date nulls last, alert_id nulls last",
            customer.customer_key,
            day,
        )
        controls = rows(
            "select * from marts.mart_controls where customer_key = ? order by control_type nulls last",
            customer.customer_key,
        )
        collection = rows(
            "select * from marts.mart_collections where customer_key = ?", customer.customer_key
        )
    return Explanation(
        customer, tier[0], risk[0], factors, history, alerts, controls, next(iter(collection), None)
    )


def one_customer(database: Path, text: str) -> Customer:
    """Find exactly one customer. Raises ConfigurationError (exit 2) listing the candidates."""
    found = find_customers(database, text)
    if len(found) == 1:
        return found[0]
    if not found:
        raise ConfigurationError(
            "No customer of the served version has this id, key or name.",
            "give the id as in mart_customer_tier, e.g. zoho_crm:123, or a part of the name.",
        )
    listed = "\n".join(f"  {item.customer_id}  {item.customer_name or ''}" for item in found[:20])
    raise ConfigurationError(f"Several customers match:\n{listed}\n", "give one of these ids.")
