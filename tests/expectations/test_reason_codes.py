"""Every reason that code or a model gives has its texts and its way out in both languages."""

import ast
import csv
import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
LANDING = PROJECT / "orchestration" / "landing"
CODE = re.compile(r"[a-z]+(_[a-z]+)*")


def table() -> list[dict[str, str]]:
    with open(PROJECT / "seeds" / "rules" / "reason_codes.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def codes_of_the_loader() -> set[str]:
    """Codes given to refusals, bad rows and checks: the snake-case literals among their arguments."""
    found: set[str] = set()
    for path in LANDING.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            parts: list[ast.expr] = []
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in ("Refused", "BadRow", "_BadCell", "_rule"):
                    parts = node.args[:2] if name in ("Refused", "_BadCell") else node.args[1:]
            elif isinstance(node, ast.Tuple) and path.name == "checks.py" and len(node.elts) == 3:
                parts = node.elts[1:2]
            for part in parts:
                if (
                    isinstance(part, ast.Constant)
                    and isinstance(part.value, str)
                    and CODE.fullmatch(part.value)
                ):
                    found.add(part.value)
    return found


def codes_of_the_models() -> set[str]:
    models = (PROJECT / "dbt_project" / "models" / "intermediate").rglob("*.sql")
    given = (re.findall(r"'([a-z_]+)' as reason_code", path.read_text(encoding="utf-8")) for path in models)
    return {code for codes in given for code in codes}


def test_every_code_is_explained():
    known = {row["reason_code"] for row in table()}
    loader, models = codes_of_the_loader(), codes_of_the_models()
    loader |= {f"bad_{kind}" for kind in ("id", "date", "timestamp", "number", "boolean", "currency")}
    assert {"empty", "field_count", "undecodable", "missing_value"} <= loader
    assert {"orphan_customer", "missing_exchange_rate"} <= models
    assert sorted((loader | models) - known) == []


def test_texts_are_complete_in_both_languages():
    rows = table()
    assert len({row["reason_code"] for row in rows}) == len(rows)
    for row in rows:
        assert None not in row
        assert all(row.values())
        assert row["scope"] in ("file", "row", "finding")
        assert row["severity"] in ("critical", "warning")
        assert re.search(r"[一-鿿]", row["message_zh"])
        assert re.search(r"[一-鿿]", row["way_out_zh"])
