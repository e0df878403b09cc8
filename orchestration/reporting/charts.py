"""The charts of the model card: Vega-Lite by Altair, drawn to static SVG here, so that no page runs a script.

The same rows give the same bytes: the version of Vega-Lite is pinned by requirements.lock, ids are named by us.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import vl_convert

from orchestration.reporting.card import LEAST, Card
from orchestration.reporting.labels import label

Rows = Sequence[dict[str, Any]]
# Colours that people with a colour weakness tell apart, readable on light and dark paper (Okabe and Ito).
_PALETTE = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f", "#b2a000", "#5e3c99"]
_INK = "#667085"
_LINE = "#c9ccd3"
_CONFIG: dict[str, Any] = {
    "background": None,
    "view": {"stroke": _LINE},
    "font": "Inter, Segoe UI, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif",
    "axis": {
        "labelColor": _INK,
        "titleColor": _INK,
        "gridColor": _LINE,
        "gridOpacity": 0.5,
        "tickColor": _LINE,
    },
    "legend": {"labelColor": _INK, "titleColor": _INK, "labelLimit": 320},
    "range": {"category": _PALETTE},
}
_SHARE = alt.Scale(domain=[0, 1])
# Longer, the chart of shifts would be a page of measures that do not move.
_SHIFTS = 20


@dataclass(frozen=True)
class ChartImage:
    """One drawn chart: `name` is its anchor, `svg` the whole element, `text` says in words what it shows."""

    name: str
    title_en: str
    title_zh: str
    text: str
    svg: str


def draw(card: Card) -> list[ChartImage]:
    """Draw what the marts have rows for; a chart without a row is not drawn, and the card says why."""
    drawn = [
        _roc(card.roc),
        _migration(card.migration),
        _calibration(card.calibration),
        _stability(card.stability),
    ]
    return [image for image in drawn if image is not None]


def to_svg(chart: alt.TopLevelMixin, text: str) -> str:
    """Draw a chart as an SVG element with `text` as its description; nothing is fetched, nothing runs in it."""
    spec = chart.to_dict() | {"description": text}
    # An empty list of addresses: a spec that named one would be refused.
    return vl_convert.vegalite_to_svg(spec, config=_CONFIG, allowed_base_urls=[])


def _roc(rows: Rows) -> ChartImage | None:
    if not rows:
        return None
    points = []
    for outcome in dict.fromkeys(row["outcome_id"] for row in rows):
        name = label("outcomes", outcome).en
        own = [row for row in rows if row["outcome_id"] == outcome]
        curve = [(0.0, 0.0), *((row["false_positive_rate"], row["true_positive_rate"]) for row in own)]
        points += [
            {"outcome": name, "place": place, "fpr": x, "tpr": y} for place, (x, y) in enumerate(curve)
        ]
    encoding = {
        "x": alt.X("fpr:Q", title="share of those who did not go bad", scale=_SHARE).axis(
            format="%", tickCount=5
        ),
        "y": alt.Y("tpr:Q", title="share of those who went bad", scale=_SHARE).axis(format="%", tickCount=5),
        "color": alt.Color("outcome:N", title=None).legend(orient="bottom", columns=1),
        "order": alt.Order("place:Q"),
    }
    lines = (
        alt.Chart(alt.Data(values=points)).mark_line(interpolate="linear", strokeWidth=2).encode(**encoding)
    )
    coin = [{"fpr": 0, "tpr": 0}, {"fpr": 1, "tpr": 1}]
    chance = (
        alt.Chart(alt.Data(values=coin)).mark_line(strokeDash=[4, 4], color=_INK).encode(x="fpr:Q", y="tpr:Q")
    )
    text = (
        "ROC curves of the composite score by outcome, over all complete windows; the dashed line is a coin."
    )
    chart = alt.layer(chance, lines).properties(width=380, height=320)
    return ChartImage("roc", "ROC", "受试者工作特征曲线", text, to_svg(chart, text))


def _calibration(rows: Rows) -> ChartImage | None:
    if not rows:
        return None
    # Not a facet: Vega draws the axes of empty cells, and cuts titles at the width of a cell.
    outcomes = list(dict.fromkeys(row["outcome_id"] for row in rows))
    charts = [_bands([row for row in rows if row["outcome_id"] == outcome]) for outcome in outcomes]
    chart = alt.concat(*charts, columns=3)
    text = (
        "Share that went bad by band of the composite score, newest complete window of each outcome:"
        " point and 95 % interval; the tick is what earlier windows let expect, where enough stood in the band."
    )
    return ChartImage("calibration", "Calibration", "校准", text, to_svg(chart, text))


def _bands(rows: Rows) -> alt.LayerChart:
    data = [
        {
            "band": label("risk_tiers", row["score_band"]).en,
            "rate": row["bad_rate"],
            "low": row["rate_low"],
            "high": row["rate_high"],
            "expected": row["expected_rate"] if row["is_as_expected"] is not None else None,
        }
        for row in rows
    ]
    base = alt.Chart(alt.Data(values=data)).encode(
        x=alt.X("band:N", sort=None, title=None).axis(labelAngle=0)
    )
    y = {"title": "went bad", "scale": _SHARE}
    bars = base.mark_rule(strokeWidth=2, color=_PALETTE[0]).encode(
        y=alt.Y("low:Q", **y).axis(format="%", tickCount=4), y2="high:Q"
    )
    seen = base.mark_point(filled=True, size=55, color=_PALETTE[0], opacity=1).encode(y=alt.Y("rate:Q", **y))
    expected = base.mark_tick(color=_PALETTE[1], thickness=3, width=22).encode(y=alt.Y("expected:Q", **y))
    title = alt.TitleParams(
        label("outcomes", rows[0]["outcome_id"]).en, color=_INK, fontSize=11, fontWeight="normal"
    )
    return alt.layer(bars, seen, expected).properties(width=270, height=130, title=title)


def _stability(rows: Rows) -> ChartImage | None:
    if not rows:
        return None
    kinds, shown = {"factor": "risk_factors", "score": "risk_dimensions"}, rows[:_SHIFTS]
    data = [
        {
            "measure": label(kinds.get(row["measure_type"], ""), row["measure_name"]).en
            if row["measure_name"] != "composite"
            else "Composite",
            "psi": row["psi"],
            "chance": row["psi_by_chance"],
            "status": label("validation_terms", row["stability_status"]).en,
        }
        for row in shown
    ]
    order = [item["measure"] for item in data]
    colours = {"stable": _PALETTE[2], "look": _PALETTE[4], "shifted": _PALETTE[1]}
    there = [code for code in colours if any(row["stability_status"] == code for row in shown)]
    scale = alt.Scale(
        domain=[label("validation_terms", code).en for code in there], range=[colours[code] for code in there]
    )
    base = alt.Chart(alt.Data(values=data)).encode(
        y=alt.Y("measure:N", sort=order, title=None).axis(labelLimit=300)
    )
    bars = base.mark_bar().encode(
        x=alt.X("psi:Q", title="PSI against a year before").axis(tickCount=5),
        color=alt.Color("status:N", title=None, scale=scale).legend(orient="bottom", columns=1),
    )
    chance = base.mark_tick(color=_INK, thickness=2).encode(x="chance:Q")
    text = "Shift of the population of each score and factor against a year before; the tick is what chance gives."
    if len(rows) > len(shown):
        text += f" The {len(shown)} largest shifts of {len(rows)}; all: mart_score_stability."
    chart = alt.layer(bars, chance).properties(width=340, height=alt.Step(16))
    return ChartImage("psi", "Stability (PSI)", "群体稳定性", text, to_svg(chart, text))


def _migration(rows: Rows) -> ChartImage | None:
    shown = [row for row in rows if not row["is_few"]]
    if not shown:
        return None
    names = {"new": "New", "left": "Left"}
    data = [
        {
            "before": names.get(row["from_tier"]) or label("risk_tiers", row["from_tier"]).en,
            "after": names.get(row["to_tier"]) or label("risk_tiers", row["to_tier"]).en,
            "from_rank": label("risk_tiers", row["from_tier"]).rank,
            "to_rank": label("risk_tiers", row["to_tier"]).rank,
            "customers": row["customers"],
            "share": row["migration_share"],
        }
        for row in shown
    ]
    before = list(dict.fromkeys(item["before"] for item in sorted(data, key=lambda item: item["from_rank"])))
    after = list(dict.fromkeys(item["after"] for item in sorted(data, key=lambda item: item["to_rank"])))
    base = alt.Chart(alt.Data(values=data)).encode(
        x=alt.X("after:N", sort=after, title=f"tier on {rows[0]['as_of_date']}").axis(
            orient="top", labelAngle=0
        ),
        y=alt.Y("before:N", sort=before, title=f"tier on {rows[0]['from_date'] or '–'}"),
    )
    cells = base.mark_rect().encode(
        color=alt.Color("share:Q", scale=alt.Scale(domain=[0, 1], range=["#e8eef5", "#3d5a80"]), legend=None)
    )
    counts = base.mark_text().encode(
        text=alt.Text("customers:Q", format=","),
        color=alt.condition("datum.share > 0.5", alt.value("#ffffff"), alt.value("#1d2430")),
    )
    text = (
        "Customers by tier before and tier now; colour is the share of the tier before."
        f" Cells of fewer than {LEAST} are empty."
    )
    chart = alt.layer(cells, counts).properties(width=alt.Step(74), height=alt.Step(34))
    return ChartImage("migration", "Migration", "等级迁移", text, to_svg(chart, text))
