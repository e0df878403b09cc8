"""Reading the demo's exports in tests."""

import csv
import json
from pathlib import Path
from typing import Any

Rows = list[dict[str, str]]
ENCODINGS = {
    "Limitliste.csv": "cp1252",
    "bureau_reports.csv": "cp1252",
    "debtors.csv": "gb18030",
    "contract_register.csv": "gb18030",
    "contract_milestones.csv": "gb18030",
    "care_log.csv": "gb18030",
    "consent_forms.csv": "gb18030",
}


def read(path: Path) -> Rows:
    """Rows of a delimited file in its own encoding."""
    text = path.read_text(encoding=ENCODINGS.get(path.name, "utf-8"))
    header = text.split("\n", 1)[0]
    delimiter = next((mark for mark in (";", "\t") if mark in header), ",")
    return list(csv.DictReader(text.splitlines(), delimiter=delimiter))


def objects(path: Path) -> list[dict[str, Any]]:
    """Objects of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def files_below(folder: Path) -> list[str]:
    """Relative names of all files, sorted."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
