"""Expected loss and provisions against figures worked out by hand: the golden matrix, priors, severities, exposures."""

from decimal import Decimal
from typing import Any

import pytest

from tests.rules.rule_tables import in_force
from tests.scoring.bench import AS_OF
from tests.support.records import allocation, invoice, order, receipt, write_off
from tests.support.warehouse import Result, Scenario

MARTS = ("mart_expected_loss", "mart_provision")
# Invoices by their days past due at 2026-06-30.
DUE = {"current": "2026-07-10", "1_30": "2026-06-10", "31_60": "2026-05-15", "61_90": "2026-04-15"}


def _run(files: dict[str, Any], upto: Any = MARTS, **options: Any) -> Result:
    return Scenario(as_of=str(AS_OF), files=files, **options).run(upto)


def _parameters(**changed: Any) -> list[dict[str, Any]]:
    rows = {row["parameter"]: row["value"] for row in in_force("model_parameters", AS_OF)} | changed
    return [{"parameter": name, "value": value} for name, value in rows.items()]


def _matrix(balances: dict[str, int], rates: dict[str, str]) -> Result:
    files = {
        "invoices": [
            invoice(bucket, amount, "2026-03-01", DUE[bucket], customer_id=f"C{bucket}")
            for bucket, amount in balances.items()
        ]
    }
    rows = [
        {
            "ageing_bucket": row["ageing_bucket"],
            "floor_rate": 0,
            "fallback_rate": rates.get(row["ageing_bucket"], 1),
        }
        for row in in_force("provision_rates", AS_OF)
    ]
    return _run(files, rules={"provision_rates": rows})


@pytest.mark.parametrize(
    ("balances", "rates", "total"),
    [
        ((7_000_000, 4_000_000, 2_500_000, 1_000_000), ("0.015", "0.034", "0.071", "0.108"), "526500"),
        ((15_000, 7_500, 4_000, 2_500), ("0.005", "0.022", "0.027", "0.045"), "460.5"),
    ],
)
def test_the_golden_provision_matrix(balances: tuple[int, ...], rates: tuple[str, ...], total: str) -> None:
    result = _matrix(dict(zip(DUE, balances, strict=True)), dict(zip(DUE, rates, strict=True)))
    assert result.value("select sum(provision_base) from marts.mart_provision") == Decimal(total)
    assert result.value("select sum(provision_base) from marts.mart_expected_loss") == Decimal(total)
    assert result.value("select sum(balance_base) from marts.mart_provision") == sum(balances)


@pytest.mark.rules("provision_rates", "*")
def test_a_young_company_provides_by_the_rule_table_and_nothing_for_credits() -> None:
    due = DUE | {"91_120": "2026-03-15", "over_120": "2026-02-01"}
    invoices = [invoice(bucket, 1000, "2026-02-01", day) for bucket, day in due.items()]
    paid = {"receipts": [receipt("r", 1500, "2026-06-01")], "receipt_allocations": []}
    paid["receipt_allocations"] = [allocation("r", "61_90", 1500, "2026-06-01")]
    rows = _run({"invoices": invoices, **paid}).rows("from marts.mart_provision order by sort_order")
    rates = {row["ageing_bucket"]: row for row in in_force("provision_rates", AS_OF)}
    found = {row["ageing_bucket"]: row for row in rows}
    assert found["credit"]["balance_base"] == -500
    assert (found["credit"]["provision_base"], found["credit"]["rate_source"]) == (0, "rule")
    for bucket in ("current", "1_30", "31_60", "91_120", "over_120"):
        assert found[bucket]["loss_rate"] == float(rates[bucket]["fallback_rate"])
        assert found[bucket]["rate_source"] == "fallback"
        assert found[bucket]["provision_base"] == 1000 * Decimal(rates[bucket]["fallback_rate"])


def _billed_monthly(months: int, due: str) -> list[dict[str, Any]]:
    """1000 a month from January 2024 on, issued on the first and due on the day `due` of the month."""
    days = [f"{2024 + number // 12}-{number % 12 + 1:02}" for number in range(months)]
    return [invoice(f"i{day}", 1000, f"{day}-01", f"{day}-{due}") for day in days]


@pytest.mark.rules("model_parameters", "provision_min_months")
def test_rates_follow_how_debt_was_seen_to_age() -> None:
    # Nothing is ever paid: each bucket rolls on whole, and all of it ends beyond the last bucket.
    files = {"invoices": _billed_monthly(30, "01")}
    rows = _run(files, "int_bucket_loss_rates").rows("from intermediate.int_bucket_loss_rates")
    found = {row["ageing_bucket"]: row for row in rows}
    last = float(
        next(r for r in in_force("provision_rates", AS_OF) if r["ageing_bucket"] == "over_120")[
            "fallback_rate"
        ]
    )
    assert found["91_120"]["rolled_rate"] == pytest.approx(last, abs=0.05)
    assert found["91_120"]["rate_source"] == "observed"
    assert found["91_120"]["months"] >= 12
    rules = {"model_parameters": _parameters(provision_min_months=25)}
    rows = _run(files, "int_bucket_loss_rates", rules=rules).rows("from intermediate.int_bucket_loss_rates")
    assert {row["rate_source"] for row in rows} == {"fallback", "rule"}


def test_what_is_always_paid_needs_the_floor_and_older_is_never_safer() -> None:
    invoices = _billed_monthly(28, "20")
    paid = [(row["invoice_id"], f"{row['issue_date'][:8]}28") for row in invoices]
    files = {
        # one old debt stays in the oldest bucket
        "invoices": [*invoices, invoice("old", 10, "2023-01-01", "2023-01-01")],
        "receipts": [receipt(f"r{name}", 1000, day) for name, day in paid],
        "receipt_allocations": [allocation(f"r{name}", name, 1000, day) for name, day in paid],
    }
    rows = _run(files, "int_bucket_loss_rates").rows(
        "select r.* from intermediate.int_bucket_loss_rates as r join staging.stg_rules__ageing_buckets as b"
        " using (ageing_bucket) where not b.is_credit order by b.sort_order"
    )
    rates = [row["loss_rate"] for row in rows]
    assert rates == sorted(rates)
    assert rows[0]["rate_source"] == "fallback"  # what never aged tells nothing of how it would


@pytest.mark.rules("default_priors", "*")
@pytest.mark.rules("loss_severities", "unsecured")
def test_without_history_the_tier_has_its_prior() -> None:
    row = _run({"invoices": [invoice("1", 1000, "2026-05-01", "2026-06-10")]}).one(
        "from marts.mart_expected_loss"
    )
    prior = {r["risk_tier"]: float(r["default_probability"]) for r in in_force("default_priors", AS_OF)}
    assert (row["pd_method"], row["lgd_source"], row["severity_id"]) == ("rule_prior", "rule", "unsecured")
    assert row["probability_of_default"] == prior[row["model_risk_tier"]]
    assert row["open_receivables"] == row["exposure_at_default_base"] == 1000
    expected = round(row["probability_of_default"] * row["loss_given_default"] * 1000, 2)
    assert float(row["expected_loss_base"]) == expected > 0
    ordered = [prior[tier] for tier in ("low", "moderate", "high", "critical")]
    assert ordered == sorted(ordered)


@pytest.mark.rules(
    "model_parameters", "scaling_points", "scaling_goods_per_bad", "scaling_double_odds", "pd_floor"
)
def test_golden_points_scaling() -> None:
    scaling = _run({}, "int_score_scaling").one("from intermediate.int_score_scaling")
    assert round(scaling["scaling_b"], 4) == 72.1348
    assert round(scaling["scaling_a"], 3) == 387.604
    files = {"invoices": [invoice("1", 1000, "2026-05-01", "2026-06-10")]}
    for probability, score in ((0.05, 600.0), (2 / 21, 550.0), (0, 935.86)):
        priors = [
            {"risk_tier": tier, "default_probability": probability}
            for tier in ("unrated", "low", "moderate", "high", "critical")
        ]
        row = _run(files, rules={"default_priors": priors}).one("from marts.mart_expected_loss")
        assert row["scaled_score"] == pytest.approx(score, abs=0.01)
        assert row["probability_of_default"] >= 0.0005


@pytest.mark.rules("exposure_conversions", "*")
def test_exposure_converts_part_by_part_and_is_never_negative() -> None:
    files = {
        "invoices": [invoice("1", 1000, "2026-05-01", "2026-06-10")],
        "orders": [order("o", 400, "2026-06-20"), order("p", 400, "2026-06-20", customer_id="B")],
        "receipts": [receipt("r", 300, "2026-06-25"), receipt("s", 9000, "2026-06-25", customer_id="B")],
    }
    result = _run(files)
    factors = {r["part"]: Decimal(r["conversion_factor"]) for r in in_force("exposure_conversions", AS_OF)}
    rows = {row["customer_id"]: row for row in result.rows("from marts.mart_expected_loss")}
    parts = result.rows(
        "select part, amount_base from intermediate.int_exposure_parts where amount_base in (1000, 300, 400)"
    )
    signs = {"unapplied_credits": -1}
    mine = {row["part"]: row["amount_base"] for row in parts}
    assert set(mine) >= {"open_receivables", "unapplied_credits"}
    expected = sum(amount * factors[part] * signs.get(part, 1) for part, amount in mine.items())
    assert rows["files:A"]["exposure_at_default_base"] == expected
    assert rows["files:B"]["exposure_at_default_base"] == 0 == rows["files:B"]["expected_loss_base"]


@pytest.mark.rules("loss_severities", "*")
def test_who_is_in_default_has_nothing_left_to_predict() -> None:
    row = _run({"invoices": [invoice("1", 1000, "2025-10-01", "2025-11-01")]}).one(
        "from marts.mart_expected_loss"
    )
    rule = next(r for r in in_force("loss_severities", AS_OF) if r["severity_id"] == "default_180")
    assert (row["pd_method"], row["probability_of_default"], row["scaled_score"]) == ("in_default", 1, None)
    assert row["severity_id"] == "default_180"
    assert float(row["expected_loss_base"]) == 1000 * float(rule["loss_rate"])


def _defaults() -> dict[str, Any]:
    """Two defaults in 2024: one pays 600 of 1000 within the year, of the other 500 of 1000 are written off."""
    return {
        "invoices": [
            invoice("a", 1000, "2023-12-01", "2024-01-01"),
            invoice("b", 1000, "2023-12-01", "2024-01-01", customer_id="B"),
        ],
        "receipts": [receipt("r", 600, "2024-09-01"), receipt("s", 500, "2024-09-01", customer_id="B")],
        "receipt_allocations": [
            allocation("r", "a", 600, "2024-09-01"),
            allocation("s", "b", 500, "2024-09-01"),
        ],
        "write_offs": [write_off("w", 500, "2024-10-01", invoice_id="b", customer_id="B")],
    }


@pytest.mark.rules("model_parameters", "lgd_workout_days", "lgd_min_defaults")
def test_severity_is_observed_once_enough_defaults_are_over() -> None:
    losses = _run(_defaults(), "int_default_losses").rows(
        "from intermediate.int_default_losses order by lost_base"
    )
    assert [(row["defaulted_base"], row["lost_base"]) for row in losses][:2] == [(1000, 400), (1000, 500)]
    for enough, source, rate in ((len(losses), "observed", None), (len(losses) + 1, "rule", 0.45)):
        rules = {"model_parameters": _parameters(lgd_min_defaults=enough)}
        rows = _run(_defaults(), "int_loss_severities", rules=rules).rows(
            "from intermediate.int_loss_severities"
        )
        found = {row["severity_id"]: row for row in rows}
        assert found["unsecured"]["lgd_source"] == source
        expected = rate or float(
            sum(r["lost_base"] for r in losses) / sum(r["defaulted_base"] for r in losses)
        )
        assert found["unsecured"]["loss_given_default"] == pytest.approx(expected, abs=1e-6)
        assert found["bankruptcy"]["lgd_source"] == "rule"
    rules = {"model_parameters": _parameters(lgd_workout_days=2000)}
    assert not _run(_defaults(), "int_default_losses", rules=rules).rows(
        "from intermediate.int_default_losses"
    )
