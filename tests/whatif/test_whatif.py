"""crw whatif on the shipped demo: nothing for the same rules, exactly the customers worked out by hand for others."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from orchestration import clock
from orchestration.cli.app import run
from orchestration.publishing.lock import WHAT_IF, WarehouseLock, abandoned
from orchestration.publishing.recovery import recover
from orchestration.publishing.runs import read_runs
from tests.conftest import PublishedDemo

STARTED = datetime(2026, 7, 1, tzinfo=UTC)
Crw = Callable[..., tuple[int, str]]


def test_a_killed_comparison_is_cleaned_and_is_no_failed_night(tmp_path: Path) -> None:
    for name in ("what-if", "what-if-rules"):
        (tmp_path / "builds" / name).mkdir(parents=True)
    left = {
        "pid": 1,
        "what": WHAT_IF,
        "started_at": clock.iso(STARTED),
        "as_of": "2026-06-30",
        "run_id": "",
        "phase": "x",
    }
    (tmp_path / "lock").write_text(json.dumps(left))
    cleaned = recover(tmp_path, abandoned(tmp_path), STARTED)
    assert sorted(cleaned) == ["build what-if", "build what-if-rules"]
    assert read_runs(tmp_path) == []
    (tmp_path / "lock").write_text(json.dumps(left | {"what": "nightly"}))
    recover(tmp_path, abandoned(tmp_path), STARTED)
    assert [record.status for record in read_runs(tmp_path)] == ["killed"]


@pytest.fixture
def crw(
    published_demo: PublishedDemo, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Crw]:
    """Run `crw whatif` on the published demo; afterwards all that is served and recorded must be as before."""
    monkeypatch.setenv("CRW_WAREHOUSE", str(published_demo.warehouse))

    def state() -> tuple:
        warehouse = published_demo.warehouse
        files = [
            path
            for folder in ("versions", "runs", "history", "ledger")
            for path in (warehouse / folder).rglob("*")
        ]
        kept = {str(path): path.stat().st_mtime_ns for path in files if path.is_file()}
        return (warehouse / "current").readlink(), kept, list((warehouse / "builds").glob("what-if*"))

    def call(*arguments: str) -> tuple[int, str]:
        code = run(["whatif", *arguments])
        printed = capsys.readouterr()
        return code, printed.out if code == 0 else printed.err

    before = state()
    yield call
    assert state() == before


def test_another_run_is_not_disturbed(published_demo: PublishedDemo, crw: Crw, tmp_path: Path) -> None:
    with WarehouseLock(published_demo.warehouse, started_at=clock.utc_now()):
        assert crw("--rules", str(tmp_path))[0] == 75


def test_bad_rules_and_dates_are_refused_before_anything_is_built(crw: Crw, tmp_path: Path) -> None:
    assert crw("--rules", str(tmp_path / "none"))[0] == 2
    assert crw("--rules", str(tmp_path), "--on", "2031-01-01")[0] == 2
    assert crw("--rules", str(tmp_path), "--format", "csv")[0] == 2
    (tmp_path / "kept.csv").write_text("kept")
    code, said = crw("--rules", str(tmp_path), "--out", str(tmp_path))
    assert code == 2
    assert "is not empty, and nothing is overwritten" in said
    assert (tmp_path / "kept.csv").read_text() == "kept"


def edited(published_demo: PublishedDemo, folder: Path, table: str, *edits: tuple[str, str]) -> Path:
    text = (published_demo.settings.rules_dir / f"{table}.csv").read_text(encoding="utf-8")
    for before, after in edits:
        assert text.count(before) == 1
        text = text.replace(before, after)
    (folder / f"{table}.csv").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.slow
def test_rules_that_do_not_add_up_are_refused_by_the_name_of_their_test(
    published_demo: PublishedDemo, crw: Crw, tmp_path: Path
) -> None:
    edited(published_demo, tmp_path, "risk_dimensions", ("credit,0.36,", "credit,0.46,"))
    edited(published_demo, tmp_path, "risk_tiers", ("high,3,45,", "high,3,50,"))
    code, said = crw("--rules", str(tmp_path))
    assert code == 2
    assert "rule_weights_sum_to_one: 1 rows" in said
    assert "rule_tiers_cover_every_score: 1 rows" in said


@pytest.mark.slow
def test_the_same_rules_differ_in_nothing(published_demo: PublishedDemo, crw: Crw, tmp_path: Path) -> None:
    edited(published_demo, tmp_path, "control_rules")
    edited(published_demo, tmp_path, "hard_rules")
    code, said = crw("--rules", str(tmp_path), "--months", "1")
    assert code == 0
    assert "Nothing differs" in said


@pytest.mark.slow
def test_weights_and_bounds_move_whom_a_hand_calculation_moves(
    published_demo: PublishedDemo, crw: Crw, tmp_path: Path
) -> None:
    weights = {"credit": (0.36, 0.46), "churn": (0.24, 0.14)}
    edited(
        published_demo,
        tmp_path,
        "risk_dimensions",
        ("credit,0.36,", "credit,0.46,"),
        ("churn,0.24,", "churn,0.14,"),
    )
    edited(
        published_demo,
        tmp_path,
        "risk_tiers",
        ("moderate,2,25,45", "moderate,2,25,40"),
        ("high,3,45,", "high,3,40,"),
    )
    code, said = crw("--rules", str(tmp_path), "--months", "1", "--movers", "100000", "--format", "json")
    assert code == 0
    found = json.loads(said)
    assert {(change["rule"], change["column"]) for change in found["changes"]} == {
        ("credit", "weight"), ("churn", "weight"), ("moderate", "score_to"), ("high", "score_from")
    }  # fmt: skip
    moved = {row["customer_key"]: row for row in found["movers"]}

    with duckdb.connect(str(published_demo.finance), read_only=True) as connection:
        dimensions = dict(
            connection.execute(
                "select distinct dimension, null from marts.fct_customer_risk_factors order by 1"
            ).fetchall()
        )
        names = [name for name in dimensions if name != "composite"]
        scores = ", ".join(f"{name}_score" for name in names)
        risks = connection.execute(
            f"select customer_key, composite_score, risk_tier, hard_rule, override_id, {scores}"
            " from marts.fct_customer_risk where as_of_date = (select max(as_of_date) from marts.fct_customer_risk)"
        ).fetchall()
    rules = {row.split(",")[0]: float(row.split(",")[1]) for row in _lines(published_demo, "risk_dimensions")}
    changed = rules | {name: after for name, (_, after) in weights.items()}
    assert len(found["matrix"]) > 1
    for key, composite, tier, hard_rule, override, *values in risks:
        known = {name: value for name, value in zip(names, values, strict=True) if value is not None}
        if composite is None or not known:
            continue
        total = sum(changed[name] for name in known)
        score = sum(value * changed[name] for name, value in known.items()) / total
        if abs(score - composite) > 0.02:
            assert moved[key]["score_after"] == pytest.approx(score, abs=0.011)
        if hard_rule or override or min(abs(score - bound) for bound in (25, 40, 65)) < 0.02:
            continue
        expected = "low" if score < 25 else "moderate" if score < 40 else "high" if score < 65 else "critical"
        assert moved.get(key, {"tier_after": tier})["tier_after"] == expected
    both = [row for row in found["movers"] if row["tier_before"] != row["tier_after"]]
    assert both
    assert sum(
        row["up"] + row["down"] for row in found["migration"] if row["as_of_date"] == found["on"]
    ) == len(both)
    assert all(row["reasons"] for row in found["movers"])


def _lines(published_demo: PublishedDemo, table: str) -> list[str]:
    return (published_demo.settings.rules_dir / f"{table}.csv").read_text(encoding="utf-8").splitlines()[1:]
