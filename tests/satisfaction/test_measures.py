"""NPS, CSAT and CES against values worked out by hand, with their intervals, windows, methods and response bias."""

from typing import Any

import pytest

from tests.satisfaction.surveys import answers, build, trailing


@pytest.mark.rules("model_parameters", "interval_z")
def test_nps_of_a_hundred_answers() -> None:
    # 50 promoters, 30 passives, 20 detractors: NPS 30; variance .7 - .09 = .61; 1.96 x sqrt(.61 / 100) = .153081
    row = trailing(
        build(answers("nps", [10] * 25 + [9] * 25 + [8] * 20 + [7] * 10 + [6] * 10 + [0] * 10)), "nps"
    )
    assert (row["answers"], row["promoters"], row["detractors"]) == (100, 50, 20)
    assert row["survey_value"] == 30
    assert (row["interval_low"], row["interval_high"]) == (14.6919, 45.3081)
    assert row["evidence_status"] == "scored"


def test_csat_of_ten_answers_with_a_wilson_interval() -> None:
    # 8 of 10 in the top two: Wilson 49.02 % to 94.33 %
    row = trailing(build(answers("csat", [5] * 5 + [4] * 3 + [3, 1])), "csat")
    assert (row["answers"], row["satisfied"], row["survey_value"]) == (10, 8, 80)
    assert (row["interval_low"], row["interval_high"]) == (
        pytest.approx(49.0162, abs=0.01),
        pytest.approx(94.3318, abs=0.01),
    )


def test_ces_is_a_mean_with_the_spread_of_its_answers() -> None:
    # mean 5, sample variance 2.5: 5 +/- 1.96 x sqrt(2.5 / 5)
    row = trailing(build(answers("ces", [3, 4, 5, 6, 7])), "ces")
    assert (row["answers"], row["survey_value"]) == (5, 5)
    assert (row["interval_low"], row["interval_high"]) == (3.6141, 6.3859)


@pytest.mark.parametrize(
    ("metric", "scores", "value", "low", "high"),
    [
        ("nps", [10], 100, 100, 100),
        ("nps", [10, 0], 0, -100, 100),  # clipped to the scale
        ("csat", [5], 100, pytest.approx(20.6543, abs=0.01), 100),
        ("csat", [1], 0, 0, pytest.approx(79.3457, abs=0.01)),
        ("ces", [7], 7, None, None),  # one answer has no spread
        ("ces", [1, 7], 4, 1, 7),
        ("nps", [None, None], None, None, None),
    ],
)
def test_few_answers(metric: str, scores: list, value: Any, low: Any, high: Any) -> None:
    row = trailing(build(answers(metric, scores)), metric)
    assert (row["survey_value"], row["interval_low"], row["interval_high"]) == (value, low, high)
    assert row["evidence_status"] == ("insufficient_data" if scores[0] is None else "thin")


@pytest.mark.rules("model_parameters", "survey_min_answers")
@pytest.mark.parametrize(("number", "status"), [(4, "thin"), (5, "scored")])
def test_evidence_is_thin_below_its_least(number: int, status: str) -> None:
    assert trailing(build(answers("nps", [9] * number)), "nps")["evidence_status"] == status


@pytest.mark.parametrize(
    ("score", "promoters", "detractors"), [(10, 1, 0), (9, 1, 0), (8, 0, 0), (7, 0, 0), (6, 0, 1), (0, 0, 1)]
)
def test_each_side_of_promoters_and_detractors(score: int, promoters: int, detractors: int) -> None:
    row = trailing(build(answers("nps", [score])), "nps")
    assert (row["promoters"], row["detractors"]) == (promoters, detractors)


@pytest.mark.parametrize(("score", "satisfied"), [(5, 1), (4, 1), (3, 0), (1, 0)])
def test_each_side_of_satisfied(score: int, satisfied: int) -> None:
    assert trailing(build(answers("csat", [score])), "csat")["satisfied"] == satisfied


@pytest.mark.parametrize(
    ("metric", "score"), [("nps", 11), ("nps", -1), ("csat", 0), ("csat", 6), ("ces", 0), ("ces", 8)]
)
def test_a_score_off_its_scale_is_no_answer_and_no_silence(metric: str, score: int) -> None:
    row = trailing(build([*answers(metric, [score]), *answers(metric, [5])]), metric)
    assert (row["invited"], row["answers"]) == (1, 1)


@pytest.mark.parametrize(
    ("day", "in_window"), [("2026-06-30", 1), ("2026-07-01", 0), ("2025-07-01", 1), ("2025-06-30", 0)]
)
@pytest.mark.rules("model_parameters", "survey_lookback_days")
def test_each_side_of_the_trailing_window(day: str, in_window: int) -> None:
    rows = build([*answers("nps", [9], survey_date=day), *answers("nps", [9])]).rows(
        "select answers, period_start, period_end from marts.mart_satisfaction"
        " where period_type = 'trailing' and scope_type = 'company' and survey_method = 'all'"
    )
    assert [row["answers"] for row in rows] == [1 + in_window]
    assert (str(rows[0]["period_start"]), str(rows[0]["period_end"])) == ("2025-07-01", "2026-06-30")


def test_quarters_part_at_their_ends() -> None:
    rows = [*answers("nps", [9], survey_date="2026-03-31"), *answers("nps", [9, 9], survey_date="2026-04-01")]
    found = build(rows).rows(
        "select period_start, period_end, answers from marts.mart_satisfaction"
        " where period_type = 'quarter' and scope_type = 'company' and survey_method = 'all' order by 1"
    )
    assert [(str(row["period_start"]), str(row["period_end"]), row["answers"]) for row in found] == [
        ("2026-01-01", "2026-03-31", 1),
        ("2026-04-01", "2026-06-30", 2),
    ]


def test_methods_add_up_and_show_who_answers() -> None:
    rows = answers("nps", [9, 9, None, None, None, None, None, None], method="online")
    rows += answers("nps", [0, 0], method="phone")
    result = build(rows)
    whole, online, phone = (trailing(result, "nps", method=name) for name in ("all", "online", "phone"))
    assert (whole["invited"], whole["answered"], whole["response_rate"]) == (10, 4, 0.4)
    assert (online["response_rate"], phone["response_rate"]) == (0.25, 1)
    assert (online["response_gap"], phone["response_gap"]) == (pytest.approx(-0.3), pytest.approx(0.3))
    assert (whole["survey_value"], online["survey_value"], phone["survey_value"]) == (0, 100, -100)


def test_value_tiers_weigh_by_invitations_not_by_answers() -> None:
    invoice = {
        "invoice_id": "i",
        "customer_id": "B",
        "issue_date": "2026-05-01",
        "currency": "CNY",
        "status": "issued",
    }
    rows = answers("nps", [10, None, None, None, None, None, None, None])  # eight asked, one answered
    rows += answers("nps", [0, 0], customer_id="B")
    result = build(rows, invoices=[{**invoice, "amount": 9000000}])
    tiers = result.rows(
        "select scope_name, survey_value, response_rate, response_gap, adjusted_value from marts.mart_satisfaction"
        " where scope_type = 'value_tier' and survey_method = 'all' and period_type = 'trailing' order by survey_value"
    )
    assert [(row["survey_value"], row["response_rate"], row["adjusted_value"]) for row in tiers] == [
        (-100, 1, None),
        (100, 0.125, None),
    ]
    assert tiers[0]["response_gap"] == pytest.approx(2 / 3 - 0.2, abs=1e-6)
    whole = trailing(result, "nps")
    assert whole["survey_value"] == pytest.approx(-33.3333)
    assert whole["adjusted_value"] == 60  # 8 of 10 invitations at +100, 2 at -100


def test_an_answer_without_a_customer_counts_for_the_company_only() -> None:
    result = build(
        answers("nps", [9], customer_id=None), upto=["mart_satisfaction", "mart_customer_satisfaction"]
    )
    assert trailing(result, "nps")["answers"] == 1
    assert trailing(result, "nps", scope="unknown")["answers"] == 1
    assert result.rows("select * from marts.mart_customer_satisfaction") == []


def test_a_customer_has_its_measure_with_its_interval() -> None:
    rows = [
        *answers("nps", [9, 3]),
        *answers("nps", [10], customer_id="B"),
        *answers("csat", [None], customer_id="B"),
    ]
    found = build(rows, upto="mart_customer_satisfaction").rows(
        "select customer_id, metric, answers, survey_value, interval_low, response_rate"
        " from marts.mart_customer_satisfaction order by 1, 2"
    )
    assert [tuple(row.values()) for row in found] == [
        ("files:A", "nps", 2, 0, -100, 1),
        ("files:B", "csat", 0, None, None, 0),
        ("files:B", "nps", 1, 100, 100, 1),
    ]


def _factors(rows: list) -> dict[str, float]:
    sql = "select factor_id, raw_value from intermediate.int_satisfaction_factor_inputs"
    return {
        row["factor_id"]: row["raw_value"]
        for row in build(rows, upto="int_satisfaction_factor_inputs").rows(sql)
    }


def test_factors_are_means_of_what_was_answered() -> None:
    rows = [*answers("nps", [9, 3, None]), *answers("csat", [4, 5]), *answers("ces", [6])]
    assert _factors(rows) == {
        "recommendation": 6,
        "contentment": 4.5,
        "effort_ease": 6,
        "unanswered_share": pytest.approx(1 / 6, abs=1e-6),
    }
    assert _factors(answers("nps", [None])) == {"unanswered_share": 1}
    assert _factors([]) == {}
