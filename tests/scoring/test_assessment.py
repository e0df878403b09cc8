"""What others say about a customer: ratings, courts and registers, industry, age; and what it may not do to a score."""

import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.rules.rule_tables import in_force, points
from tests.scoring.bench import AS_OF
from tests.support.records import allocation, invoice, receipt, write_off
from tests.support.warehouse import Result, Scenario

CREDIT = {row["factor_id"]: row for row in in_force("risk_factors", AS_OF) if row["dimension"] == "credit"}
BANDS = in_force("factor_bands", AS_OF)
PAYMENT = (
    "late_share",
    "days_beyond_terms",
    "overdue_share",
    "overdue_to_billing",
    "oldest_dpd",
    "utilisation",
)
LEGAL = (
    "lawsuit",
    "enforcement",
    "bankruptcy",
    "dishonesty_listing",
    "administrative_penalty",
    "tax_arrears",
)
# Two invoices, one paid three weeks late, one long overdue, and one to come.
DOCUMENTS = {
    "customers": [{"customer_id": "A"}],
    "invoices": [
        invoice("1", 900, "2026-01-01", "2026-02-01"),
        invoice("2", 500, "2026-02-01", "2026-05-01"),
        invoice("3", 700, "2026-06-20", "2026-07-20"),
    ],
    "receipts": [receipt("r", 900, "2026-02-22")],
    "receipt_allocations": [allocation("r", "1", 900, "2026-02-22")],
}


def _day(days_ago: int) -> str:
    return str(AS_OF - datetime.timedelta(days_ago))


def _run(**files: Any) -> Result:
    return Scenario(as_of=str(AS_OF), files=DOCUMENTS | files).run(["int_dimension_scores"])


def _factors(**files: Any) -> dict[str, float]:
    sql = "select factor_id, raw_value from intermediate.int_assessment_factor_inputs"
    return {row["factor_id"]: row["raw_value"] for row in _run(**files).rows(sql)}


def _score(**files: Any) -> float | None:
    return _run(**files).value(
        "select score from intermediate.int_dimension_scores where dimension = 'credit'"
    )


def _rating(rating_type: str, value: Any, rated: str, **cells: Any) -> dict[str, Any]:
    row = {"rating_id": f"{rating_type}{rated}", "customer_id": "A", "rating_type": rating_type}
    return {**row, "rating_value": value, "rated_date": rated, **cells}


def _event(event_type: str, **cells: Any) -> dict[str, Any]:
    row = {"event_id": event_type, "customer_id": "A", "customer_role": "defendant", "event_date": _day(10)}
    return {**row, "event_type": event_type, **cells}


def test_documents_alone_score_as_the_payment_factors_alone() -> None:
    rows = _run().rows(
        "select * from intermediate.int_factor_points where dimension = 'credit' and status = 'scored'"
    )
    weights = {name: float(CREDIT[name]["weight"]) for name in PAYMENT if name != "utilisation"}
    assert {row["factor_id"]: row["weight"] for row in rows} == {
        name: pytest.approx(weight / sum(weights.values()), abs=1e-6) for name, weight in weights.items()
    }
    # the shares of the payment factors among themselves, with a limit: what they weighed before others spoke
    paid = sum(float(CREDIT[name]["weight"]) for name in PAYMENT)
    shares = {name: round(float(CREDIT[name]["weight"]) / paid, 6) for name in PAYMENT}
    assert shares == dict(zip(PAYMENT, (0.4, 0.3, 0.05, 0.1, 0.08, 0.07), strict=True))


def test_lateness_stays_dominant() -> None:
    assert sum(float(CREDIT[name]["weight"]) for name in ("late_share", "days_beyond_terms")) > sum(
        float(row["weight"]) for name, row in CREDIT.items() if name not in PAYMENT
    )


@pytest.mark.rules(
    "credit_evidence",
    "external_ratings/bureau_score",
    "external_ratings/current_ratio",
    "external_ratings/quick_ratio",
    "external_ratings/debt_to_assets",
    "external_ratings/net_margin",
    "external_ratings/interest_coverage",
    "external_ratings/revenue_growth",
)
@pytest.mark.parametrize(
    ("rating_type", "factor_id", "value", "raw"),
    [
        ("bureau_score", "bureau_score", "72.5", 72.5),
        ("current_ratio", "current_ratio", "1.8", 1.8),
        ("quick_ratio", "quick_ratio", "0.9", 0.9),
        ("debt_to_assets", "debt_to_assets", "0.55", 0.55),
        ("net_margin", "net_margin", "0.08", 8),
        ("net_margin", "net_margin", "-0.2", 0),
        ("interest_coverage", "interest_coverage", "3", 3),
        ("revenue_growth", "revenue_ratio", "-0.25", 0.75),
    ],
)
def test_a_rating_feeds_its_factor(rating_type: str, factor_id: str, value: str, raw: float) -> None:
    assert _factors(external_ratings=[_rating(rating_type, value, _day(30))]) == {factor_id: raw}


@pytest.mark.parametrize(
    ("cells", "counts"),
    [
        ({"rated": _day(0)}, True),
        ({"rated": _day(-1)}, False),
        ({"rated": _day(364)}, True),
        ({"rated": _day(365)}, False),
        ({"rated": _day(400), "valid_to": _day(-1)}, True),
        ({"rated": _day(30), "valid_to": _day(0)}, False),
    ],
)
def test_a_rating_counts_while_it_is_valid(cells: dict[str, str], counts: bool) -> None:
    assert _factors(external_ratings=[_rating("bureau_score", 50, **cells)]) == (
        {"bureau_score": 50} if counts else {}
    )


def test_the_newest_rating_counts_whoever_gave_it() -> None:
    ratings = [_rating("bureau_score", 80, _day(90)), _rating("bureau_score", 30, _day(20), provider="other")]
    assert _factors(external_ratings=ratings) == {"bureau_score": 30}


@pytest.mark.rules(
    "credit_evidence",
    "legal_events/lawsuit",
    "legal_events/enforcement",
    "legal_events/bankruptcy",
    "legal_events/dishonesty_listing",
    "legal_events/administrative_penalty",
    "legal_events/tax_arrears",
    "legal_events/abnormal_operation",
)
def test_legal_events_count_by_kind() -> None:
    events = [_event(kind) for kind in LEGAL] + [_event("lawsuit", event_id="second")]
    events += [
        _event("lawsuit", event_id="won", closed_date=_day(1)),
        _event("lawsuit", event_id="p", customer_role="plaintiff"),
    ]
    counts = {"legal_lawsuits": 2, "legal_enforcements": 1, "legal_insolvency": 2, "legal_compliance": 2}
    assert _factors(legal_events=events) == counts


@pytest.mark.parametrize(
    ("dates", "years"),
    [
        ({"registered_date": _day(3650)}, 10),
        ({"created_date": _day(730)}, 2),
        ({"registered_date": _day(3650), "created_date": _day(730)}, 10),
        ({"registered_date": _day(-1), "created_date": _day(730)}, 2),
        # the first invoice is 180 days old: it proves more than a younger record
        ({"created_date": _day(10)}, round(180 / 365, 2)),
    ],
)
def test_years_in_business(dates: dict[str, str], years: float) -> None:
    assert _factors(customers=[{"customer_id": "A", **dates}]) == {"operating_years": years}


@pytest.mark.rules("credit_evidence", "industry_risks/risk_score")
def test_industry_risk_is_the_newest_of_the_industry_however_written() -> None:
    customers = [{"customer_id": "A", "industry": " Steel "}]
    risks = [
        {"industry": "STEEL", "valid_from": _day(400), "risk_score": 40},
        {"industry": "steel", "valid_from": _day(30), "risk_score": 60},
        {"industry": "steel", "valid_from": _day(-1), "risk_score": 99},
        {"industry": "toys", "valid_from": _day(30), "risk_score": 10},
    ]
    assert _factors(customers=customers, industry_risks=risks) == {"industry_risk": 60}
    assert _factors(customers=[{"customer_id": "A"}], industry_risks=risks) == {}


def test_context_alone_judges_nobody() -> None:
    known = {"customer_id": "A", "registered_date": _day(9000), "industry": "steel"}
    nothing = {"invoices": [], "receipts": [], "receipt_allocations": [], "customers": [known]}
    risks = [{"industry": "steel", "valid_from": _day(30), "risk_score": 60}]
    assert _score(**nothing, industry_risks=risks, legal_events=[_event("tax_arrears")]) is None
    rated = [_rating("bureau_score", 50, _day(30))]
    bureau = [row for row in BANDS if row["factor_id"] == "bureau_score"]
    assert _score(**nothing, external_ratings=rated) != points(bureau, 50)  # the age speaks beside the rating
    assert _score(**nothing | {"customers": [{"customer_id": "A"}]}, external_ratings=rated) == points(
        bureau, 50
    )


quick = settings(max_examples=5, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@quick
@given(st.lists(st.sampled_from(LEGAL), min_size=1, max_size=3, unique=True), st.integers(0, 400))
def test_an_open_legal_event_never_softens_a_score(kinds: list[str], late_days: int) -> None:
    files = {"invoices": [*DOCUMENTS["invoices"], invoice("9", 90000, _day(late_days + 30), _day(late_days))]}
    assert _score(**files, legal_events=[_event(kind) for kind in kinds]) >= _score(**files)


@quick
@given(st.integers(101, 5000), st.integers(0, 400), st.booleans(), st.booleans())
def test_a_write_off_never_softens_a_score(amount: int, late_days: int, named: bool, limited: bool) -> None:
    files: dict[str, Any] = {
        "invoices": [*DOCUMENTS["invoices"], invoice("9", 5000, _day(late_days + 30), _day(late_days))]
    }
    if limited:
        files["credit_terms"] = [
            {"customer_id": "A", "credit_limit": 6000, "currency": "CNY", "valid_from": "2020-01-01"}
        ]
    given_up = write_off("w", amount, _day(0), invoice_id="9" if named else None)
    assert _score(**files, write_offs=[given_up]) >= _score(**files)
