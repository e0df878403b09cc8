"""The catalogue of bad input: each case loads whole, is quarantined by row or refused; none ends green and wrong.

Whatever is said of it names file, line, column, rule and the way out, and no value of the file.
"""

import json
import logging
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml

from orchestration.building.inputs import refusal_text
from orchestration.landing.control import SUFFIX
from orchestration.landing.ledger import Load
from orchestration.landing.limits import Limits
from orchestration.landing.reasons import reasons
from tests.landing.catalogue import makers, workbooks
from tests.landing.catalogue.makers import GOOD, SECRET
from tests.landing.door import HEADER, RULES, Door

FOLDER = Path(__file__).parent / "catalogue"
CASES: list[dict[str, Any]] = [
    case
    for name in ("text.yml", "other.yml")
    for case in yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
]


def _written(text: str) -> str:
    """H, G and S of the catalogue spelled out; words of a text keep their letters."""
    if text.startswith("\ufeff"):
        return "\ufeff" + _written(text[1:])
    if text.startswith("HG"):
        text = HEADER + GOOD + text[2:]
    elif text.startswith("H"):
        text = HEADER + text[1:]
    return text.replace("\nG", f"\n{GOOD}").replace("\nHG", f"\n{HEADER}{GOOD}").replace("S", SECRET)


def _content(case: dict[str, Any], path: Path) -> bytes | None:
    if "make" in case:
        module = workbooks if hasattr(workbooks, case["make"]) else makers
        return getattr(module, case["make"])(path)
    if "rows" in case:
        text = HEADER + GOOD + "".join(f"{row}\n".replace("S", SECRET) for row in case["rows"])
    else:
        text = _written(case["text"])
    if "replace" in case:
        text = text.replace(*case["replace"])
    return text.encode(case.get("encoding", "utf-8"))


def _deliver(door: Door, case: dict[str, Any]) -> bytes:
    """Put the case's file, mapping and control totals into the landing folder; its bytes, if it has any."""
    name = case.get("file", "i.csv")
    if not case.get("known_system"):
        lines = "".join(f"    {key}: {json.dumps(value)}\n" for key, value in case.get("more", {}).items())
        door.mapping(case.get("pattern", name), lines)
    path = door.landing / name
    path.parent.mkdir(exist_ok=True)
    content = _content(case, path)
    if content is not None:
        path.write_bytes(content)
    if "control" in case:
        door.put(name + SUFFIX, case["control"])
    return content or b""


def _planted(case: dict[str, Any]) -> set[str]:
    """Cells of the bad rows that are long enough to be recognised, and the secret."""
    rows = [row.replace("S", SECRET) for row in case.get("rows", ())]
    cells = {cell.strip('"') for row in rows for cell in row.replace('"', "").split(",")}
    # 60.00 is what the good rows sum to, which may be told.
    known = f"{GOOD}{HEADER}60.00"
    return {cell for cell in cells if len(cell) >= 5 and cell not in known} | {SECRET}


def _told(door: Door, load: Load) -> str:
    """All that is said and kept of a load outside raw and vault."""
    told = [load.model_dump_json(), refusal_text(load)]
    if load.quarantine_path:
        told += [str(row) for row in pq.read_table(door.warehouse / load.quarantine_path).to_pylist()]
    return "\n".join(told + [path.read_text() for path in (door.warehouse / "ledger").iterdir()])


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_case(
    door: Door, case: dict[str, Any], capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    door.limits = Limits.load(RULES)
    _deliver(door, case)
    load = door.land_one()
    told = _told(door, load) + "".join(capfd.readouterr()) + caplog.text
    if "loaded" not in case:
        assert {value for value in _planted(case) if value in told} == set()
    if "refused" in case:
        _check_refusal(load, *case["refused"])
        assert not (door.warehouse / "raw").exists()
        return
    assert load.status == "loaded", load.refusal
    bad = [tuple(row) for row in case.get("bad", [])]
    assert door.quarantined(load) == bad
    assert load.rows_quarantined == len(bad)
    assert load.rows_in_file == load.rows_loaded + load.rows_quarantined
    for _, _, reason in bad:
        assert reasons()[reason].way_out_en
        assert reasons()[reason].way_out_zh
    if "loaded" in case:
        assert load.rows_loaded == case["loaded"]
    else:
        assert load.rows_loaded >= 2, "the good rows load"
    if "sum" in case:
        assert [Decimal(total.sum) for total in load.control_sums] == [Decimal(str(case["sum"]))]


def _check_refusal(load: Load, reason: str, line: int | None, column: str | None) -> None:
    assert load.status == "refused"
    assert load.refusal is not None
    refusal = load.refusal
    assert (refusal.reason_code, refusal.line) == (reason, line)
    assert column is None or refusal.column == column
    assert refusal.message.startswith(load.file)
    assert load.file.isprintable()
    assert line is None or f"line {line}" in refusal.message
    assert column is None or f"column {column}" in refusal.message
    assert refusal.way_out
    assert reason in reasons()


def test_the_catalogue_is_whole() -> None:
    assert len(CASES) >= 100
    assert len({case["case"] for case in CASES}) == len(CASES)
    for case in CASES:
        assert len({"loaded", "bad", "refused"} & set(case)) == 1, case["case"]
