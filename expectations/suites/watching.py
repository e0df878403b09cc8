"""Expectations on alerts, controls, collections, portfolio, moves between tiers, new customers and overrides."""

from collections.abc import Callable

from expectations.suite import Suite
from expectations.suites.mart_checks import MartRules, MartTable, accepted, between, conditions, limit

_ROUNDING = 0.0001


def _alerts(suite: Suite, table: MartTable, rules: MartRules) -> None:
    accepted(suite, table, "alert_state", ["opened", "worsened", "open", "cleared"])
    accepted(suite, table, "alert_severity", ["notice", "warning", "critical"])
    rows = {
        "due_and_cleared": "(action_due_date is null) != (alert_state = 'cleared')",
        "news_of_another_day": "(changed_date = as_of_date) != (alert_state != 'open')",
        "cleared_without_reason": "(clear_reason is null) != (alert_state != 'cleared')",
        "opened_after_it_changed": "opened_date > changed_date",
    }
    conditions(suite, table, rows)


def _controls(suite: Suite, table: MartTable, rules: MartRules) -> None:
    rows = {
        "limit_of_another_control": "(recommended_limit is null) != (control_type != 'credit_limit')",
        "terms_of_another_control": "(recommended_terms_days is null) != (control_type != 'payment_terms')",
        "negative_limit_or_terms": "least(recommended_limit, recommended_terms_days) < 0",
        "due_in_the_past": "action_due_date < as_of_date",
    }
    conditions(suite, table, rows)


def _collections(suite: Suite, table: MartTable, rules: MartRules) -> None:
    between(suite, table, "intensity_score", 0, 100)
    accepted(suite, table, "promise_state", ["kept", "broken", "open"])
    amounts = (
        "disputed_balance, promised_balance, collectable_balance, age_weighted_amount, largest_overdue_item"
    )
    rows = {
        "parts_off_overdue": "disputed_balance + promised_balance + collectable_balance != overdue_balance",
        "negative_amounts": f"least({amounts}) < 0 or overdue_balance <= 0",
        "item_over_balance": "largest_overdue_item > overdue_balance",
        "held_with_a_score": "(intensity_score is null) != (intensity = 'hold')",
        "due_in_the_past": "action_due_date < as_of_date",
    }
    conditions(suite, table, rows)
    places = f"(select count(*) - count(distinct priority_rank) from {table.object})"
    limit(suite, table, "places_shared", f"max({places})", "two customers share a place on the worklist")


def _portfolio(suite: Suite, table: MartTable, rules: MartRules) -> None:
    for rate in ("overdue_rate", "default_rate"):
        between(suite, table, rate, 0, 1)
    tiers = " + ".join(f"customers_{tier}" for tier in rules.risk_tiers) or "customers"
    rows = {
        "tiers_off_customers": f"{tiers} != customers",
        "defaulted_over_performing": "defaulted_customers > performing_customers",
    }
    conditions(suite, table, rows)


def _tier_migration(suite: Suite, table: MartTable, rules: MartRules) -> None:
    between(suite, table, "migration_share", 0, 1)
    accepted(suite, table, "from_tier", [*rules.risk_tiers, "new"])
    accepted(suite, table, "to_tier", [*rules.risk_tiers, "left"])
    shares = (
        f"(select count(*) from (select 1 from {table.object} group by as_of_date, from_tier"
        f" having abs(sum(migration_share) - 1) > {_ROUNDING}))"
    )
    limit(suite, table, "shares_off_one", f"max({shares})", "the moves from a tier do not sum to 1")


def _new_customers(suite: Suite, table: MartTable, rules: MartRules) -> None:
    between(suite, table, "assessment_score", 0, 100)
    between(suite, table, "known_share", 0, 1)
    conditions(suite, table, {"start_over_cap": "starting_limit > limit_cap"})


def _risk_overrides(suite: Suite, table: MartTable, rules: MartRules) -> None:
    for tier in ("old_tier", "new_tier"):
        accepted(suite, table, tier, rules.risk_tiers)
    rows = {
        "approved_by_who_asked": "approved_by = requested_by",
        "without_an_end": "override_expiry_date is null or override_expiry_date <= approved_date",
    }
    conditions(suite, table, rows)


OWN: dict[str, Callable[[Suite, MartTable, MartRules], None]] = {
    "mart_alerts": _alerts,
    "mart_controls": _controls,
    "mart_collections": _collections,
    "mart_portfolio": _portfolio,
    "mart_tier_migration": _tier_migration,
    "mart_new_customers": _new_customers,
    "mart_risk_overrides": _risk_overrides,
}
