"""What the report says of the scores: the pooled table in words, and honestly nothing where nothing is known."""

from datetime import date
from typing import Any

from orchestration.reporting.report import _environment
from orchestration.reporting.worth import Worth, read_worth

AS_OF = date(2026, 6, 30)
ROW = {
    "outcome_id": "late_15", "dimension": "credit", "windows": 4, "customers": 240, "observations": 800,
    "bads": 200, "auc": 0.8123, "auc_low": 0.77, "auc_high": 0.85, "best_naive_rule": "late_share",
    "best_naive_auc": 0.79, "auc_gain": 0.0223, "auc_gain_low": -0.01, "auc_gain_high": 0.05,
    "score_verdict": "ranks",
}  # fmt: skip
FIGURES = [name for name in ROW if name.startswith(("auc", "best"))]
TOO_FEW = ROW | dict.fromkeys(FIGURES) | {"score_verdict": "insufficient", "bads": 3}


def worth(**tables: list[dict[str, Any]]) -> Worth:
    """Read of tables by name; the history begins a month ago."""

    def rows(sql: str) -> list[dict[str, Any]]:
        if "fct_customer_risk" in sql:
            return [{"first_date": date(2026, 5, 31)}]
        return next((found for name, found in tables.items() if f"from {name} " in sql), [])

    return read_worth(rows, AS_OF)


def page(found: Worth) -> str:
    return _environment().get_template("worth.html.j2").render(worth=found)


def test_a_verdict_is_told_in_words_with_its_interval_and_the_naive_rule() -> None:
    text = page(worth(mart_score_worth=[ROW]))
    for said in (
        "A document falls due and is paid more than 15 days late", "新到期单据逾期超过15天", "0.812", "[0.770, 0.850]",
        "past late rate", "+0.022", "[-0.010, +0.050]", "200 of 800", "25.0 %", "not shown to beat a naive rule",
    ):  # fmt: skip
        assert said in text
    assert "Insufficient history" not in text


def test_without_a_window_nothing_is_claimed() -> None:
    text = page(worth())
    assert "Insufficient history" in text
    assert "2026-05-31" in text
    assert "<table" not in text


def test_windows_with_too_few_say_so_and_show_no_figure() -> None:
    found = worth(mart_score_worth=[TOO_FEW])
    assert found.judged == 0
    text = page(found)
    assert "Insufficient history" in text
    assert "too few went bad" in text
    assert "0.8" not in text


def test_shifts_and_useless_warnings_are_named() -> None:
    shift = {
        "stability_status": "shifted", "measure_type": "score", "measure_name": "composite", "psi": 0.314,
        "psi_by_chance": 0.02, "reference_date": date(2025, 6, 30),
    }  # fmt: skip
    useless = {
        "alert_verdict": "never_helps", "alert_en": "Buys half as often", "alert_zh": "采购频次减半", "hits": 0,
        "openings": 40, "population_bad_rate": 0.05,
    }  # fmt: skip
    text = page(worth(mart_score_worth=[ROW], mart_score_stability=[shift], mart_alert_grades=[useless]))
    assert "Population has shifted" in text
    assert "PSI since 2025-06-30 (by chance):" in text
    assert 'Composite 综合评分 <span class="nb">0.31 (0.02)</span>.' in text
    assert "never helps" in text
    assert "right 0 of 40 times; of all to whom it could happen, 5.0 % went bad" in text
