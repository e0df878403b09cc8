"""Records of contracts, cases, surveys and protection that break a rule are listed where they stand, once each."""

from tests.contracts.records import contract, milestone
from tests.privacy.records import consent, request
from tests.satisfaction.surveys import answers
from tests.service.cases import build, case, closed

SQL = (
    "select entity, column_name, reason_code, record_line, severity from intermediate.int_row_findings"
    " order by entity, column_name, record_line"
)


def _found(*cases: dict, **files: list) -> list[tuple]:
    rows = build(*cases, upto="int_row_findings", **files).rows(SQL)
    assert {row["severity"] for row in rows} <= {"warning"}
    return [(row["entity"], row["column_name"], row["reason_code"], row["record_line"]) for row in rows]


def test_good_records_are_no_findings() -> None:
    good = closed("1", "2026-06-01 01:00:00", "2026-06-01 01:00:00", disputed_amount=1, currency="USD")
    files = {
        "contracts": [contract("1", end_date="2026-01-01", amount=1, currency="USD")],
        "contract_milestones": [milestone("a", "2026-01-01", currency=None)],
        "survey_answers": [*answers("nps", [0, 10, None]), *answers("ces", [1, 7])],
        "consents": [consent("1", "2026-01-01", withdrawn_date="2026-01-01")],
        "subject_requests": [request("1", "2026-01-01", closed_date="2026-01-01")],
    }
    assert _found(good, **files) == []


def test_days_out_of_order() -> None:
    cases = [
        case("1", "2026-06-01 01:00:00", first_response_at="2026-06-01 00:59:59"),
        closed("2", "2026-06-01 01:00:00", "2026-05-31 01:00:00"),
    ]
    files = {
        "contracts": [contract("1", start_date="2026-01-02", end_date="2026-01-01")],
        "consents": [consent("1", "2026-01-02", withdrawn_date="2026-01-01")],
        "subject_requests": [request("1", "2026-01-02", closed_date="2026-01-01")],
    }
    assert _found(*cases, **files) == [
        ("cases", "first_response_at", "date_out_of_order", 2),
        ("cases", "resolved_at", "date_out_of_order", 3),
        ("consents", "withdrawn_date", "date_out_of_order", 2),
        ("contracts", "end_date", "date_out_of_order", 2),
        ("subject_requests", "closed_date", "date_out_of_order", 2),
    ]


def test_what_belongs_to_nobody() -> None:
    files = {
        "contracts": [contract("1", customer_id="nobody")],
        "contract_milestones": [milestone("a", "2026-01-01"), milestone("b", "2026-01-01", contract_id="2")],
        "survey_answers": answers("nps", [9], customer_id=None),
        "consents": [consent("1", "2026-01-01", customer_id=None)],
        "subject_requests": [request("1", "2026-06-01", customer_id=None)],
    }
    assert _found(case("1", "2026-06-01 01:00:00", customer_id=None), **files) == [
        ("cases", "customer_id", "no_customer", 2),
        ("consents", "customer_id", "no_customer", 2),
        ("contract_milestones", "contract_id", "orphan_milestone", 3),
        ("contracts", "customer_id", "no_customer", 2),
        ("subject_requests", "customer_id", "no_customer", 2),
        ("survey_answers", "customer_id", "no_customer", 2),
    ]


def test_scores_off_their_scale_and_amounts_without_a_rate() -> None:
    files = {
        "contracts": [contract("1", amount=1, currency="XXX"), contract("2", amount=1)],
        "contract_milestones": [milestone("a", "2026-01-01", currency="XXX")],
        "survey_answers": [
            *answers("nps", [11]),
            *answers("csat", [0]),
            *answers("attribute", [5.5], attribute="price"),
        ],
    }
    assert _found(case("1", "2026-06-01 01:00:00", disputed_amount=1, currency="XXX"), **files) == [
        ("cases", "disputed_amount", "no_base_value", 2),
        ("contract_milestones", "amount", "no_base_value", 2),
        ("contracts", "amount", "no_base_value", 2),
        ("contracts", "amount", "no_base_value", 3),
        ("survey_answers", "score", "score_off_scale", 2),
        ("survey_answers", "score", "score_off_scale", 3),
        ("survey_answers", "score", "score_off_scale", 4),
    ]
