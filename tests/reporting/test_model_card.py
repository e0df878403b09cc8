"""The model card says what the marts and rule tables say, draws it, and claims nothing where history is short."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from xml.etree import ElementTree

import pytest

from orchestration.publishing.manifest import Manifest
from orchestration.reporting.card import Card, Dimension, Factor, in_force
from orchestration.reporting.charts import draw
from orchestration.reporting.labels import label
from orchestration.reporting.model_card import markdown, section
from orchestration.reporting.worth import Worth, read_worth
from tests.reporting.test_worth import AS_OF, ROW, TOO_FEW

ROC = [
    {"outcome_id": "late_15", "score_from": score, "false_positive_rate": x, "true_positive_rate": y}
    for score, x, y in ((80, 0.1, 0.5), (40, 0.4, 0.9), (0, 1.0, 1.0))
]
BANDS = [
    {"outcome_id": "late_15", "score_band": band, "band_rank": rank, "bad_rate": rate, "rate_low": rate / 2,
     "rate_high": min(1, rate * 1.5), "expected_rate": rate, "is_as_expected": rank < 3 or None, "customers": 40}
    for rank, (band, rate) in enumerate((("low", 0.05), ("moderate", 0.2), ("high", 0.6)), 1)
]  # fmt: skip
SHIFTS = [
    {"measure_type": "score", "measure_name": "composite", "psi": 0.3, "psi_by_chance": 0.1,
     "stability_status": "shifted"},
    {"measure_type": "factor", "measure_name": "late_share", "psi": 0.05, "psi_by_chance": 0.1,
     "stability_status": "stable"},
]  # fmt: skip
MOVES = [
    {"as_of_date": AS_OF, "from_date": date(2026, 5, 31), "from_tier": before, "to_tier": after,
     "customers": count, "migration_share": share, "is_few": count < 5}
    for before, after, count, share in (
        ("low", "low", 90, 0.9), ("low", "high", 10, 0.1), ("high", "critical", 3, 1.0), ("new", "low", 7, 1.0)
    )
]  # fmt: skip
MANIFEST = Manifest.model_construct(
    version="2026-06-30.1", as_of_date=AS_OF, run_id="r1", rules_version="2026.1", base_currency="CNY",
    known_at=datetime(2026, 7, 1, tzinfo=UTC), sources=[],
)  # fmt: skip
TIER = {
    "label_en": "Low",
    "label_zh": "低风险",
    "score_from": "0",
    "score_to": "25",
    "rationale": "a | b",
    "rank": "1",
}
VERSION = {
    "rules_version": "2031.7", "effective_from": "2031-07-01", "effective_to": "", "owner": "somebody",
    "rationale": "a reason of its own",
}  # fmt: skip


def worth(*rows: dict) -> Worth:
    def read(sql: str) -> list[dict]:
        if "fct_customer_risk" in sql:
            return [{"first_date": AS_OF}]
        return list(rows) if "mart_score_worth" in sql else []

    return read_worth(read, AS_OF)


@pytest.fixture
def card() -> Card:
    bands = [{"lower_bound": "0.125", "upper_bound": "", "points_at_lower": "37", "points_at_upper": "100"}]
    factor = Factor(label("risk_factors", "late_share"), 0.4321, 0.1234, "higher_is_riskier", bands)
    return Card(
        MANIFEST, [Dimension(label("risk_dimensions", "credit"), 0.36, "credit risk", [factor])], [TIER], [],
        [VERSION], ["credit risk"], [], [AS_OF], 1234, worth(ROW), roc=ROC, calibration=BANDS, stability=SHIFTS,
        migration=MOVES, thin=[{"label": label("risk_dimensions", "churn"), "customers": 90, "without": 3, "thin": 0}],
    )  # fmt: skip


def marks(svg: str, kind: str) -> list[ElementTree.Element]:
    """Elements of one kind of mark; charts say which element is which mark."""
    role = "{http://www.w3.org/2000/svg}"
    groups = [
        node
        for node in ElementTree.fromstring(svg).iter(f"{role}g")
        if f"mark-{kind}" in node.get("class", "") and "role-mark" in node.get("class", "")
    ]
    return [child for group in groups for child in group]


def path(element: ElementTree.Element) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"[ML]([-\d.]+),([-\d.]+)", element.get("d"))]


def test_the_roc_goes_through_the_points_of_the_mart(card: Card) -> None:
    image = {image.name: image for image in draw(card)}["roc"]
    coin, curve = (path(line) for line in marks(image.svg, "line"))
    assert coin == [(0, 320), (380, 0)]
    expected = [(0.0, 0.0), *((row["false_positive_rate"], row["true_positive_rate"]) for row in ROC)]
    assert [(x / 380, 1 - y / 320) for x, y in curve] == [
        pytest.approx(point, abs=1e-3) for point in expected
    ]


def test_every_band_shift_and_move_is_a_mark_but_small_cells(card: Card) -> None:
    images = {image.name: image.svg for image in draw(card)}
    assert len(marks(images["calibration"], "symbol")) == len(BANDS)
    assert (
        len(marks(images["calibration"], "rect")) == 2
    )  # no expectation of the band in which few stood before
    assert len(marks(images["psi"], "rect")) == 2 * len(SHIFTS)  # bars, and the ticks of chance
    counts = [text.text for text in marks(images["migration"], "text")]
    assert sorted(counts) == ["10", "7", "90"]


def test_the_largest_shifts_are_drawn_and_the_number_of_all_is_told(card: Card) -> None:
    many = [SHIFTS[1] | {"measure_name": f"factor_{i}", "psi": 0.09 - i / 1000} for i in range(25)]
    [image] = [image for image in draw(replace(card, stability=many)) if image.name == "psi"]
    assert len(marks(image.svg, "rect")) == 2 * 20
    assert "The 20 largest shifts of 25" in image.text


def test_the_same_rows_are_the_same_bytes_and_fetch_nothing(card: Card) -> None:
    first, second = draw(card), draw(card)
    assert [image.svg for image in first] == [image.svg for image in second]
    for image in first:
        ElementTree.fromstring(image.svg)
        addresses = re.findall(r"https?://[^\"]*", image.svg)
        assert set(addresses) <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
        assert not re.search(r"<script|<image|<foreignObject|href=|@import|url\(http", image.svg)
    page = section(card, first)
    assert not re.search(r"https?://|src=|@import|<script|<link", page)
    assert page.count("<svg") == 4


def test_the_card_tells_what_rule_tables_and_marts_say(card: Card) -> None:
    text = markdown(card, draw(card))
    for said in (
        "1,234 customers", "43.2 %", "12.3 %", "0.125…∞ → 37…100", "2031.7", "a reason of its own", "a \\| b",
        "0.812 [0.770, 0.850]", "model_card/roc.svg", "fewer than 5 of 90",
    ):  # fmt: skip
        assert said in text
    assert "Insufficient history" not in text
    assert not re.search(r"https?://", text)


def test_a_short_history_claims_nothing_and_draws_nothing(card: Card) -> None:
    for rows in ((), (TOO_FEW,)):
        short = replace(card, worth=worth(*rows), roc=[], calibration=[], stability=[], migration=[])
        assert draw(short) == []
        for text in (markdown(short, []), section(short, [])):
            assert "Insufficient history" in text
            assert "0.8" not in text
            assert "ROC" in text  # and why it is not drawn


def test_a_rule_counts_from_its_first_day_to_the_day_before_its_end() -> None:
    row = {"effective_from": "2026-01-01", "effective_to": "2026-02-01"}
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1))
    assert [bool(in_force([row], day)) for day in days] == [False, True, True, False]
