"""English and Chinese labels of codes, from the rule tables that the business edits."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from orchestration.settings import PROJECT_ROOT

_TABLES = {
    "risk_tiers": "risk_tier",
    "value_tiers": "value_tier",
    "ageing_buckets": "ageing_bucket",
    "risk_dimensions": "dimension",
    "risk_factors": "factor_id",
    "hard_rules": "rule_id",
    "outcomes": "outcome_id",
    "validation_terms": "term",
    "default_terms": "term",
}


@dataclass(frozen=True)
class Label:
    """A code with its labels and its order (`rank`: place in the rule table, lowest first)."""

    code: str
    en: str
    zh: str
    rank: int
    reason_en: str = ""
    reason_zh: str = ""
    unit: str = ""


@cache
def labels(table: str, rules_dir: Path = PROJECT_ROOT / "seeds" / "rules") -> dict[str, Label]:
    """Return code -> label of one rule table; the newest row of a code wins. An unreadable table has none."""
    try:
        with open(rules_dir / f"{table}.csv", encoding="utf-8-sig", newline="") as handle:
            rows = sorted(csv.DictReader(handle), key=lambda row: row.get("effective_from") or "")
    except OSError:
        return {}
    found = {}
    for place, row in enumerate(rows):
        code = row[_TABLES[table]]
        rank = int(row.get("rank") or row.get("sort_order") or place)
        reasons = (row.get("reason_en") or "", row.get("reason_zh") or "", row.get("unit") or "")
        found[code] = Label(code, row["label_en"], row["label_zh"], rank, *reasons)
    return found


def label(table: str, code: str | None) -> Label:
    """Return the label of a code; an unknown code is its own label."""
    return labels(table).get(code or "", Label(code or "", code or "none", code or "无", -1))
