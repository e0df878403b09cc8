"""No score knows the future: shuffled, it changes nothing; planted, it fails the build or is refused."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from orchestration.building.hindsight import refuse_hindsight
from orchestration.errors import BuildFailed
from orchestration.publishing.history import MEASURED_TABLES
from tests.support.records import allocation, credit_note, invoice, order, receipt, write_off
from tests.support.warehouse import Scenario

TODAY = date(2025, 12, 31)
CUSTOMERS = ("A", "B", "C", "D")


def shop(seed: int) -> dict[str, list[dict[str, Any]]]:
    """Two years of a small company: the same up to TODAY for every seed, anything at all afterwards."""
    past, future = np.random.default_rng(0), np.random.default_rng(seed)
    files: dict[str, list[dict[str, Any]]] = {"customers": [{"customer_id": key} for key in CUSTOMERS]}
    for name in (
        "invoices",
        "receipts",
        "receipt_allocations",
        "credit_notes",
        "write_offs",
        "orders",
        "cases",
    ):
        files[name] = []
    for number in range(120):
        issued = TODAY + timedelta(days=6 * number - 540)
        random = past if issued <= TODAY else future
        who, amount, late = (
            str(random.choice(CUSTOMERS)),
            int(random.integers(200, 900)),
            int(random.integers(70)),
        )
        own, complains = {"customer_id": who}, late % 5 == 0
        due = issued + timedelta(days=30)
        files["invoices"].append(invoice(str(number), amount, issued, due, **own))
        files["orders"].append(order(f"o{number}", amount, issued, **own))
        paid = due + timedelta(days=late - 10)
        if issued <= TODAY < paid:  # paid later: on any day, or never
            paid = TODAY + timedelta(days=int(future.integers(1, 200)))
            late = int(future.integers(70))
        if late < 60:
            files["receipts"].append(receipt(f"r{number}", amount, paid, **own))
            files["receipt_allocations"].append(allocation(f"r{number}", str(number), amount, paid))
        if issued > TODAY and late % 3 == 0:
            files["write_offs"].append(write_off(f"w{number}", amount, issued, **own))
            files["credit_notes"].append(credit_note(f"n{number}", amount, issued, **own))
        if complains:
            case = {"case_id": f"k{number}", "case_type": "complaint", "status": "open", **own}
            files["cases"].append(case | {"opened_at": f"{issued} 02:00:00"})
    return files


def scores(seed: int) -> dict[str, list[dict[str, Any]]]:
    result = Scenario(as_of=str(TODAY), files=shop(seed)).run(
        ["fct_customer_risk", "fct_customer_risk_factors"]
    )
    tables = ("fct_customer_risk", "fct_customer_risk_factors")
    return {table: result.rows(f"from marts.{table} order by all") for table in tables}


def test_the_future_shuffled_changes_no_score() -> None:
    first = scores(1)
    assert len(first["fct_customer_risk"]) == len(CUSTOMERS)
    assert any(row["credit_score"] for row in first["fct_customer_risk"])
    for seed in (2, 3):
        assert shop(seed) != shop(1)
        assert scores(seed) == first


def node(name: str, *parents: str, folder: str = "scoring") -> dict[str, Any]:
    """A node of dbt's manifest."""
    return {
        "name": name,
        "resource_type": "model",
        "path": f"intermediate/{folder}/{name}.sql",
        "depends_on": {"nodes": list(parents)},
    }


def test_a_factor_made_of_outcomes_fails_the_build() -> None:
    honest = {
        "documents": node("documents"),
        "events": node("events", "documents", folder="validation"),
        "factors": node("factors", "documents"),
        "fact": node("fact", "factors"),
        "validation": node("validation", "events", "fact"),
    }
    refuse_hindsight({"nodes": honest}, ("fact",))
    planted = honest | {"factors": node("factors", "documents", "events")}
    with pytest.raises(BuildFailed, match=r"fact would know the future: factors reads events.*Way out"):
        refuse_hindsight({"nodes": planted}, ("fact",))


def test_a_real_build_looks_for_leaks(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    from orchestration.building import measuring

    seen = []
    monkeypatch.setattr(measuring, "dbt_manifest", lambda build: {"nodes": {}})

    def refuse(manifest: dict[str, Any], targets: tuple[str, ...]) -> None:
        seen.append(targets)
        raise BuildFailed("leak", "mend it")

    monkeypatch.setattr(measuring, "refuse_hindsight", refuse)
    with pytest.raises(BuildFailed, match="leak"):
        measuring.measure_dates(None, tmp_path, None, (), lambda *step: None, restates=False)  # type: ignore[arg-type]
    assert seen == [MEASURED_TABLES]
