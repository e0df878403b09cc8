"""Two scored sides compared: an empty difference of equals, and every move with its cause, worked out by hand."""

from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console

from orchestration.building.contracts import contract_shape
from orchestration.cli.whatif import _print
from orchestration.settings import Settings
from orchestration.whatif.challenge import Challenge, Change
from orchestration.whatif.comparing import Comparison, compare
from orchestration.whatif.sides import COMPARED, OPTIONAL, SIDES, Scored

ON, BEFORE = date(2026, 6, 30), date(2026, 5, 31)
TABLES = ("fct_customer_risk", "fct_customer_risk_factors", *COMPARED)
Rows = list[dict[str, Any]]


def customer(key: str, score: float | None, tier: str, on: date = ON, **more: Any) -> dict[str, Any]:
    return {
        "as_of_date": on, "customer_key": key, "customer_id": f"crm:{key}", "exposure": 100, "risk_tier": tier,
        "composite_score": score,
    } | more  # fmt: skip


def factor(key: str, name: str, points: float, weight: float, share: float, band: int = 1) -> dict[str, Any]:
    return {
        "as_of_date": ON, "customer_key": key, "factor_id": name, "band": band, "points": points, "weight": weight,
        "composite_contribution": share,
    }  # fmt: skip


def scored(champion: dict[str, Rows], challenger: dict[str, Rows], *changes: Change) -> Scored:
    """Both sides of a comparison that nobody had to build, of these rows."""
    connection = duckdb.connect()
    has_loss = "mart_expected_loss" in champion
    for side, tables in zip(SIDES, (champion, challenger), strict=True):
        connection.execute(f"create schema {side}")
        for table in (*TABLES, *(OPTIONAL if has_loss else ())):
            shape = contract_shape(Settings().dbt_dir, table)
            columns = ", ".join(f"{name} {kind}" for name, kind in shape)
            connection.execute(f"create table {side}.{table} ({columns})")
        connection.execute(
            f"create table {side}.tiers as"
            " from (values ('unrated', 0), ('low', 1), ('moderate', 2), ('high', 3)) as t(risk_tier, rank)"
        )
        for table, rows in tables.items():
            for row in rows:
                marks = ", ".join("?" for _ in row)
                connection.execute(
                    f"insert into {side}.{table} ({', '.join(row)}) values ({marks})", list(row.values())
                )
    challenge = Challenge(Settings(project_root=Path()), (), changes, ())
    return Scored(connection, challenge, ON, (BEFORE, ON), () if has_loss else OPTIONAL)


def compared(champion: dict[str, Rows], challenger: dict[str, Rows], *, movers: int = 10) -> Comparison:
    return compare(scored(champion, challenger), movers)


SIDE: dict[str, Rows] = {
    "fct_customer_risk": [
        customer("a", 42.0, "moderate"),
        customer("b", 10.0, "low"),
        customer("c", None, "unrated"),
        customer("a", 20.0, "low", BEFORE),
    ],
    "fct_customer_risk_factors": [
        factor("a", "late_share", 70, 0.6, 30),
        factor("a", "utilisation", 30, 0.4, 12),
        factor("b", "late_share", 10, 1, 10),
    ],
    "mart_controls": [
        {
            "customer_key": "a",
            "control_type": "credit_limit",
            "control_rule_id": "wide",
            "recommended_limit": 50,
        }
    ],
    "mart_score_worth": [{"outcome_id": "late_15", "dimension": "composite", "auc": 0.7, "bads": 20}],
}


def test_equal_sides_do_not_differ() -> None:
    found = compared(SIDE, SIDE)
    assert found.is_empty
    assert (found.movers, found.movers_total, found.controls, found.credit_control) == ([], 0, [], [])
    assert {(row["tier_before"], row["tier_after"]): row["customers"] for row in found.matrix} == {
        ("unrated", "unrated"): 1, ("low", "low"): 1, ("moderate", "moderate"): 1
    }  # fmt: skip


def test_a_tier_that_moves_with_the_same_score_is_the_bounds() -> None:
    other = SIDE | {
        "fct_customer_risk": [customer("a", 42.0, "high"), *SIDE["fct_customer_risk"][1:]],
    }
    found = compared(SIDE, other)
    assert not found.is_empty
    assert [(row["customer_id"], row["reasons"]) for row in found.movers] == [
        ("crm:a", ["bounds of the tiers: the score is the same"])
    ]
    assert [(row["as_of_date"], row["up"], row["down"]) for row in found.migration] == [
        (BEFORE, 0, 0),
        (ON, 1, 0),
    ]


def test_movers_name_the_factors_whose_points_band_or_weight_changed() -> None:
    other = SIDE | {
        "fct_customer_risk": [
            customer("a", 30.0, "low", hard_rule="written_off"),
            customer("b", 11.0, "low", override_id="o1"),
            *SIDE["fct_customer_risk"][2:],
        ],
        "fct_customer_risk_factors": [
            factor("a", "late_share", 50, 0.6, 20, band=2),
            factor("a", "utilisation", 30, 0.3, 10),
            factor("b", "late_share", 10, 1, 11),
        ],
    }
    found = compared(SIDE, other)
    assert [(row["customer_id"], row["reasons"]) for row in found.movers] == [
        ("crm:a", ["hard rule none -> written_off", "late_share -10.00: points 70 -> 50, band 1 -> 2",
                   "utilisation -2.00: weight 0.4 -> 0.3"]),
        ("crm:b", ["late_share +1.00: weight of its dimension", "a person's override is in force"]),
    ]  # fmt: skip
    shown = compared(SIDE, other, movers=1)
    assert (len(shown.movers), shown.movers_total) == (1, 2)


def test_limits_are_counted_and_summed() -> None:
    limits = [
        {
            "customer_key": "a",
            "control_type": "credit_limit",
            "control_rule_id": "tight",
            "recommended_limit": 20,
        },
        {
            "customer_key": "b",
            "control_type": "credit_limit",
            "control_rule_id": "tight",
            "recommended_limit": 500,
        },
    ]
    found = compared(SIDE, SIDE | {"mart_controls": limits})
    expected = {
        "limits_before": 1, "limits_after": 2, "sum_before": 50, "sum_after": 520, "raised": 0, "lowered": 1,
        "begun": 1, "ended": 0, "exposure_over_before": 50, "exposure_over_after": 80,
    }  # fmt: skip
    assert found.limits == expected
    assert [(row["control_rule_id"], row["before"], row["after"]) for row in found.controls] == [
        ("tight", 0, 2),
        ("wide", 1, 0),
    ]
    assert {row["customer_id"]: row["reasons"] for row in found.movers} == {
        "crm:a": ["rule of the control"],
        "crm:b": ["rule of the control"],
    }


def test_validation_figures_stand_beside_each_other() -> None:
    better = [{"outcome_id": "late_15", "dimension": "composite", "auc": 0.75, "bads": 20}]
    found = compared(SIDE, SIDE | {"mart_score_worth": better})
    assert not found.is_empty
    assert [(row["auc_before"], row["auc_after"]) for row in found.worths] == [(0.7, 0.75)]


def test_expected_loss_is_compared_where_the_project_has_it() -> None:
    assert compared(SIDE, SIDE).expected_loss is None
    assert "mart_expected_loss" in compared(SIDE, SIDE).skipped[0]

    def side(loss: float) -> dict[str, Rows]:
        row = {
            "customer_key": "a",
            "as_of_date": ON,
            "expected_loss_base": loss,
            "exposure_at_default_base": 100,
        }
        return SIDE | {"mart_expected_loss": [row]}

    found = compared(side(5), side(8))
    assert found.expected_loss == {
        "loss_before": 5, "loss_after": 8, "exposure_before": 100, "exposure_after": 100, "customers_changed": 1
    }  # fmt: skip
    assert not found.is_empty
    assert compared(side(5), side(5)).is_empty


def test_months_of_credit_control_that_differ() -> None:
    def side(rate: float) -> dict[str, Rows]:
        return SIDE | {"mart_credit_control": [{"month_end": BEFORE, "default_rate": rate, "cei": 80.0}]}

    found = compared(side(0.1), side(0.2)).credit_control
    assert found == [{"month_end": BEFORE, "figure": "default_rate", "before": 0.1, "after": 0.2}]


def test_what_is_printed_names_who_moves_why_and_how_to_adopt() -> None:
    other = SIDE | {"fct_customer_risk": [customer("a", 42.0, "high"), *SIDE["fct_customer_risk"][1:]]}
    console = Console(record=True, width=132, file=StringIO())
    _print(console, compared(SIDE, other))
    said = console.export_text()
    for part in (
        "crm:a",
        "moderate -> high",
        "bounds of the tiers",
        "mart_expected_loss",
        "To adopt",
        "effective_from",
    ):
        assert part in said
