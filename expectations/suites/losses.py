"""Expectations on what customers probably cost: probabilities and rates in range, products that are products."""

from collections.abc import Callable

from expectations.suite import Suite
from expectations.suites.mart_checks import MartRules, MartTable, accepted, between, conditions, limit

# Money is rounded to cents.
_CENT = 0.01


def _expected_loss(suite: Suite, table: MartTable, rules: MartRules) -> None:
    for share in ("probability_of_default", "loss_given_default"):
        between(suite, table, share, 0, 1)
    accepted(suite, table, "model_risk_tier", rules.risk_tiers)
    product = "probability_of_default * loss_given_default * exposure_at_default_base::double"
    rows = {
        "no_product": f"abs(expected_loss_base::double - {product}) > {_CENT}",
        "negative_amounts": "least(open_receivables, exposure_at_default_base, expected_loss_base) < 0",
        "certain_but_not_in_default": "(pd_method = 'in_default') != (probability_of_default = 1)",
    }
    conditions(suite, table, rows)


def _provision(suite: Suite, table: MartTable, rules: MartRules) -> None:
    between(suite, table, "loss_rate", 0, 1)
    accepted(suite, table, "ageing_bucket", rules.ageing_buckets)
    rows = {
        "provision_over_balance": "provision_base > greatest(balance_base, 0) or provision_base < 0",
        "provision_for_credits": "ageing_bucket = 'credit' and provision_base != 0",
    }
    conditions(suite, table, rows)


def _pd_model(suite: Suite, table: MartTable, rules: MartRules) -> None:
    for figure in ("auc", "brier"):
        between(suite, table, figure, 0, 1)
    limit(suite, table, "not_one_chosen", "abs(count_if(is_chosen) - 1)", "not exactly one way is chosen")
    # Later windows only: the first judged date is over the last window of some earlier one.
    conditions(
        suite,
        table,
        {"judged_before_fitted": "judged_from <= fit_from", "bads_over_all": "fit_bads > fit_observations"},
    )


def _pd_coefficients(suite: Suite, table: MartTable, rules: MartRules) -> None:
    rows = {
        "worse_lowers_the_probability": "term != 'intercept' and log_odds_weight <= 0",
        "bins_without_evidence_figures": "bin > 0 and (woe is null or bads > observations)",
    }
    conditions(suite, table, rows)


def _bad_debt(suite: Suite, table: MartTable, rules: MartRules) -> None:
    rows = {"negative_amounts": "least(originated_base, ever_bad_base, written_off_base) < 0"}
    conditions(suite, table, rows)


OWN: dict[str, Callable[[Suite, MartTable, MartRules], None]] = {
    "mart_expected_loss": _expected_loss,
    "mart_provision": _provision,
    "mart_pd_model": _pd_model,
    "mart_pd_coefficients": _pd_coefficients,
    "mart_bad_debt": _bad_debt,
}
