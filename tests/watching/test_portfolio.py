"""The portfolio by day and the moves between tiers: windows, cohorts, who is new and who left."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.scoring.bench import AS_OF, ScoringBench, models_of


@pytest.fixture(scope="module")
def bench():
    return ScoringBench(models_of("portfolio") | {"mart_portfolio", "mart_tier_migration"})


def past(key, on, tier="low", *, default=False, purchases=1, balance=0):
    return {
        "as_of_date": on,
        "customer_key": key,
        "risk_tier": tier,
        "is_default": default,
        "purchases_365": purchases,
        "open_balance": balance,
    }


def today(key, tier="low", *, purchases=1, balance=0, exposure=0):
    return {
        "customer_key": key,
        "risk_tier": tier,
        "purchases_365": purchases,
        "open_balance": balance,
        "exposure": exposure,
    }


def defaults(bench, history, in_default=()):
    bench.run(
        "intermediate.int_portfolio_defaults",
        stg_history__customer_tiers=history,
        int_customer_receivables=[{"customer_key": key, "is_default": True} for key in in_default],
    )
    [row] = bench.rows("from intermediate.int_portfolio_defaults")
    return row["default_window_start"], row["performing_customers"], row["defaulted_customers"]


YEAR_AGO = AS_OF - timedelta(days=365)


@pytest.mark.rules("model_parameters", "outcome_days")
def test_the_default_rate_looks_back_a_whole_window(bench):
    assert defaults(bench, [past("a", YEAR_AGO + timedelta(days=1))]) == (None, 0, 0)
    assert defaults(bench, [past("a", YEAR_AGO)]) == (YEAR_AGO, 1, 0)
    older = [past("a", YEAR_AGO - timedelta(days=9)), past("b", YEAR_AGO)]
    assert defaults(bench, older) == (YEAR_AGO, 1, 0)


def test_defaulted_is_who_performed_and_was_in_default_at_any_time_since(bench):
    between = date(2026, 1, 31)
    history = [
        past("cured", YEAR_AGO),
        past("cured", between, default=True),
        past("today", YEAR_AGO),
        past("fine", YEAR_AGO),
        past("was", YEAR_AGO, default=True),
        past("record", YEAR_AGO, purchases=0),
    ]
    assert defaults(bench, history, ["today", "record"]) == (YEAR_AGO, 3, 2)


def bad_debts(bench, invoices, write_offs):
    bench.run(
        "intermediate.int_portfolio_bad_debts",
        int_invoices=[
            {"document_id": key, "issue_date": on, "amount_base": amount} for key, on, amount in invoices
        ],
        int_document_write_offs=[
            {"applied_document_id": key, "write_off_date": on, "amount_base": amount}
            for key, on, amount in write_offs
        ],
    )
    [row] = bench.rows("from intermediate.int_portfolio_bad_debts")
    return float(row["cohort_invoiced"]), float(row["cohort_written_off"])


@pytest.mark.rules("model_parameters", "outcome_days")
def test_bad_debt_is_of_the_same_invoices(bench):
    first, last = AS_OF - timedelta(days=729), YEAR_AGO
    invoices = [
        ("first", first, 100),
        ("last", last, 200),
        ("older", first - timedelta(days=1), 400),
        ("newer", last + timedelta(days=1), 800),
    ]
    offs = [
        ("last", AS_OF, 50),
        ("newer", AS_OF, 800),
        ("older", AS_OF, 400),
        ("first", AS_OF + timedelta(days=1), 100),
    ]
    assert bad_debts(bench, invoices, offs) == (300, 50)
    assert bad_debts(bench, [], []) == (0, 0)


def migration(bench, history, now):
    bench.run("marts.mart_tier_migration", stg_history__customer_tiers=history, fct_customer_risk=now)
    rows = bench.rows("from marts.mart_tier_migration")
    moves = {(row["from_tier"], row["to_tier"]): (row["customers"], row["migration_share"]) for row in rows}
    return moves, {row["from_date"] for row in rows}


MAY = date(2026, 5, 31)


def test_moves_new_and_left(bench):
    history = [past("stays", MAY), past("falls", MAY), past("leaves", MAY), past("gone", MAY, "high")]
    history += [past("asleep", MAY, purchases=0)]
    now = [today("stays"), today("falls", "high"), today("leaves", purchases=0), today("fresh", "moderate")]
    now += [today("asleep", "low", purchases=0, balance=5)]
    moves, dates = migration(bench, history, now)
    assert moves == {
        ("low", "low"): (1, 0.333333),
        ("low", "high"): (1, 0.333333),
        ("low", "left"): (1, 0.333333),
        ("high", "left"): (1, 1.0),
        ("new", "moderate"): (1, 0.5),
        ("new", "low"): (1, 0.5),
    }
    assert dates == {MAY}


def test_it_compares_with_the_last_finished_date_of_an_earlier_month(bench):
    june = date(2026, 6, 29)
    _, dates = migration(bench, [past("a", date(2026, 4, 30)), past("a", MAY), past("a", june)], [today("a")])
    assert dates == {MAY}
    _, dates = migration(bench, [past("a", june)], [today("a")])
    assert dates == {june}
    moves, dates = migration(bench, [past("a", AS_OF)], [today("a")])
    assert (moves, dates) == ({("new", "low"): (1, 1.0)}, {None})


def test_an_empty_portfolio_has_no_rates(bench):
    bench.run("marts.mart_portfolio")
    [row] = bench.rows("from marts.mart_portfolio")
    assert (row["customers"], row["exposure"], row["customers_low"], row["open_alerts"]) == (0, 0, 0, 0)
    assert (row["overdue_rate"], row["default_rate"], row["bad_debt_rate"]) == (None, None, None)


def test_the_portfolio_adds_its_customers(bench):
    money = {"open_receivables": 400, "overdue_balance": 100, "exposure": 300, "is_default": False}
    risks = [
        {**today("a"), **money},
        {**today("b", "high"), **money, "is_default": True, "composite_score": 50.0},
    ]
    alerts = [{"customer_key": "a", "alert_state": state} for state in ("opened", "open", "cleared")]
    bench.run("marts.mart_portfolio", fct_customer_risk=risks, mart_alerts=alerts)
    [row] = bench.rows("from marts.mart_portfolio")
    assert (row["customers"], row["exposure"], row["customers_low"], row["customers_high"]) == (2, 600, 1, 1)
    assert (row["overdue_rate"], row["customers_in_default"], row["mean_composite_score"]) == (0.25, 1, 50.0)
    assert (row["open_alerts"], row["opened_alerts"]) == (2, 1)
