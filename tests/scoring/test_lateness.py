"""From invoices and receipts to the score: paying later never lowers it, and nobody else's moves."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from tests.support.warehouse import Scenario

AS_OF = date(2026, 6, 30)
PAIRS = 120
RANK = {"unrated": 0, "low": 1, "moderate": 2, "high": 3, "critical": 4}


def documents(rng: random.Random) -> list[tuple[date, date, int, date | None]]:
    """(issued, due, amount, paid) of one customer; None is never paid."""
    result = []
    for _ in range(rng.randint(1, 12)):
        issued = AS_OF - timedelta(days=rng.randint(0, 900))
        due = issued + timedelta(days=rng.choice([0, 15, 30, 60, 90]))
        paid = due + timedelta(days=rng.randint(-40, 60))
        result.append((issued, due, rng.randint(1, 5000), None if rng.random() < 0.15 else max(paid, issued)))
    return result


def paid_later(rng: random.Random, rows: list[tuple[date, date, int, date | None]]):
    """The same documents, some of them paid up to 200 days later, or never."""
    shift = {True: lambda day: day + timedelta(days=rng.randint(0, 200)), False: lambda day: day}
    later = []
    for issued, due, amount, paid in rows:
        moved = None if paid is None or rng.random() < 0.1 else shift[rng.random() < 0.5](paid)
        later.append((issued, due, amount, moved))
    return later


def landed(customers: dict[str, list]) -> dict[str, list[dict]]:
    """Rows of the files source: one receipt for each paid invoice."""
    rows: dict[str, list[dict]] = {
        "customers": [{"customer_id": key, "customer_type": "organisation"} for key in customers],
        "credit_terms": [
            {"customer_id": key, "credit_limit": 20000, "currency": "CNY"}
            for key in customers
            if key.endswith("0")
        ],
        "invoices": [],
        "receipts": [],
        "receipt_allocations": [],
    }
    for key, items in customers.items():
        for number, (issued, due, amount, paid) in enumerate(items):
            name = f"{key}-{number}"
            money = {"currency": "CNY", "amount": f"{amount}.00"}
            invoice = {
                "invoice_id": name,
                "customer_id": key,
                "issue_date": issued,
                "due_date": due,
                "status": "issued",
            }
            rows["invoices"].append(invoice | money)
            if paid is not None:
                rows["receipts"].append(
                    {"receipt_id": name, "customer_id": key, "receipt_date": paid} | money
                )
                links = {"allocation_id": name, "receipt_id": name, "invoice_id": name, "applied_date": paid}
                rows["receipt_allocations"].append(links | money)
    return rows


def scored(customers: dict[str, list]) -> dict[str, dict]:
    result = Scenario(as_of=str(AS_OF), files=landed(customers)).run("fct_customer_risk")
    rows = result.rows("select * exclude (run_id, known_at) from marts.fct_customer_risk")
    return {row["customer_id"].removeprefix("files:"): row for row in rows}


@pytest.fixture(scope="module")
def population() -> dict[str, list]:
    rng = random.Random(20260630)
    on_time = {f"early{index}": documents(rng) for index in range(PAIRS)}
    return on_time | {key.replace("early", "later"): paid_later(rng, rows) for key, rows in on_time.items()}


@pytest.fixture(scope="module")
def risks(population) -> dict[str, dict]:
    return scored(population)


def test_paying_later_never_lowers_the_score(risks):
    moved = 0
    for index in range(PAIRS):
        early, later = risks[f"early{index}"], risks[f"later{index}"]
        for score in ("credit_score", "composite_score"):
            assert (later[score] is None) == (early[score] is None)
            assert (later[score] or 0) >= (early[score] or 0), (index, score)
        assert RANK[later["risk_tier"]] >= RANK[early["risk_tier"]]
        assert later["churn_score"] == early["churn_score"]
        moved += (later["credit_score"] or 0) > (early["credit_score"] or 0)
    assert moved > PAIRS / 2, "the sample hardly moves any score, so it proves nothing"


def test_other_customers_move_nobodys_row(population, risks):
    some = {key: rows for key, rows in population.items() if key.startswith("early1")}
    alone = scored(some)
    assert alone == {key: risks[key] for key in some}


def test_buckets_partition_the_open_balance(risks):
    for row in risks.values():
        assert row["open_balance"] == sum(value for name, value in row.items() if name.startswith("ageing_"))
        assert row["overdue_balance"] <= row["open_receivables"]
        assert (row["overdue_rate"] is None) == (row["open_receivables"] == 0)
