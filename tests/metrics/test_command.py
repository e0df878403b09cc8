"""`crw metrics` as a BI developer calls it, in a process of its own, on the published demo."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import duckdb

from tests.conftest import PublishedDemo

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
_READS_A_FILE = "1 = (select count(*) from read_csv('pyproject.toml'))"


def test_definitions_hold_on_what_is_served_and_queries_stay_inside_it(
    published_demo: PublishedDemo, tmp_path: Path
) -> None:
    codes, tiers = tmp_path / "codes.json", tmp_path / "tiers.csv"
    commands = [
        ["validate-configs"],
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
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(codes.read_text()) == [0, 0, 1, 1], done.stdout
    assert "validated metrics against data warehouse (ERRORS: 0" in done.stdout
    assert "file system operations are disabled" in done.stdout
    assert "the network was asked" not in done.stdout + done.stderr
    with tiers.open() as rows:
        found = {row["customer_risk__risk_tier"]: int(row["customers"]) for row in csv.DictReader(rows)}
    with duckdb.connect(str(published_demo.warehouse / "current" / "bi.duckdb"), read_only=True) as bi:
        by_hand = "select risk_tier, count(*) from marts.mart_customer_tier group by all"
        assert found == dict(bi.execute(by_hand).fetchall())
