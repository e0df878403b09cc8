"""`crw metrics` as a BI developer calls it, in a process of its own, on the published demo."""

import csv
import json
import shlex
import subprocess
import sys
from pathlib import Path

import duckdb

from tests.conftest import PROJECT_ROOT, PublishedDemo

# All commands in one process: importing dbt and MetricFlow takes seconds. A word to the network is an error.
_PROGRAM = """
import json, pathlib, socket, sys
from orchestration.cli.app import run

def refused(*_):
    raise AssertionError("the network was asked")

socket.socket.connect = socket.getaddrinfo = refused
codes = [run(["metrics", *arguments]) for arguments in json.loads(sys.argv[2])]
pathlib.Path(sys.argv[1]).write_text(json.dumps(codes))
"""
_PAGE = PROJECT_ROOT / "docs" / "metrics.md"
_READS_A_FILE = "1 = (select count(*) from read_csv('pyproject.toml'))"


def documented() -> list[list[str]]:
    """Arguments of every `crw metrics` that the page for BI shows."""
    block = _PAGE.read_text(encoding="utf-8").split("```")[1].replace("\\\n", " ")
    lines = [line for line in block.splitlines() if line.startswith("crw metrics")]
    return [shlex.split(line, comments=True)[2:] for line in lines]


def test_the_documented_commands_work_and_queries_stay_inside_the_file(
    published_demo: PublishedDemo, tmp_path: Path
) -> None:
    codes, tiers = tmp_path / "codes.json", tmp_path / "tiers.csv"
    commands = [
        *documented(),
        ["query", "--saved-query", "customers_by_tier", "--csv", str(tiers)],
        ["query", "--metrics", "exposure", "--where", _READS_A_FILE],
        ["query", "--metrics", "no_such_metric"],
    ]
    calls = [["--warehouse", str(published_demo.warehouse), *command] for command in commands]
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(codes), json.dumps(calls)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(codes.read_text()) == [0] * len(documented()) + [0, 1, 1], done.stdout
    assert ["validate-configs"] in documented()
    assert (tmp_path / "sla.csv").stat().st_size
    assert "validated metrics against data warehouse (ERRORS: 0" in done.stdout
    assert "file system operations are disabled" in done.stdout
    assert "the network was asked" not in done.stdout + done.stderr
    with tiers.open() as rows:
        found = {row["customer_risk__risk_tier"]: int(row["customers"]) for row in csv.DictReader(rows)}
    with duckdb.connect(str(published_demo.warehouse / "current" / "bi.duckdb"), read_only=True) as bi:
        by_hand = "select risk_tier, count(*) from marts.mart_customer_tier group by all"
        assert found == dict(bi.execute(by_hand).fetchall())
