"""Starts the audit as a fresh process that can only read the build, and reads its verdict."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb

from orchestration.auditing.verdict import Verdict
from orchestration.building.dbt_runner import dbt_environment
from orchestration.landing.reasons import reason
from orchestration.processes import die_with_parent
from orchestration.settings import Settings

VERDICT = "audit.json"


def run_audit(settings: Settings, build: Path) -> Verdict:
    """Audit a build folder and return the verdict; a process that ended without one has not passed.

    Its output goes to the build's logs (0700): it may name rows.
    """
    (build / VERDICT).unlink(missing_ok=True)
    environment = {
        **os.environ,
        **dbt_environment(settings, build),
        "CRW_WAREHOUSE": str(settings.warehouse),
        "CRW_TIMEZONE": settings.timezone,
        "CRW_MODE": settings.mode,
        "PYTHONPATH": os.pathsep.join(
            filter(None, [str(settings.project_root), os.environ.get("PYTHONPATH")])
        ),
    }
    with open(build / "logs" / "audit.log", "wb") as log:
        finished = subprocess.run(
            [sys.executable, "-m", "orchestration.auditing", str(build)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
            preexec_fn=die_with_parent,
            check=False,
        )
    if finished.returncode != 0:
        (build / VERDICT).unlink(missing_ok=True)
    return Verdict.read(build / VERDICT)


def summarise(verdict: Verdict) -> dict[str, Any]:
    """Return the part of a verdict that the manifest keeps: counts by kind, and what failed without blocking."""
    failed = [check for check in verdict.checks if not check.passed]
    return {
        "passed": verdict.passed,
        "checks": len(verdict.checks),
        "passed_checks": len(verdict.checks) - len(failed),
        "by_kind": verdict.counts(),
        "warnings": [{"id": c.id, "object": c.object, "description": c.description} for c in failed],
    }


def _blocking_records(build: Path) -> str:
    """Tell file, line, column, reason and way out of the records that block a build; empty when there are none."""
    database = build / "export" / "finance.duckdb"
    if not database.is_file():
        return ""
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            "select record_file, record_line, column_name, reason_code from marts.mart_quarantine"
            " where stage = 'model' and severity != 'warning'"
            " order by record_file nulls last, record_line nulls last, reason_code nulls last limit 20"
        ).fetchall()
    lines = []
    for file, line, column, code in rows:
        known = reason(code)
        lines.append(
            f"  {file}, line {line}, column {column} ({code}): {known.message_en}\n    Way out: {known.way_out_en}"
        )
    return "Records behind it (all: crw quarantine --refused):\n" + "\n".join(lines) + "\n" if lines else ""


def refusal_text(verdict: Verdict, build: Path) -> str:
    """Name the critical checks that failed, each with its object, and the records behind them."""
    failed = verdict.blocking
    if not failed:
        missing = ", ".join(verdict.missing) or "none"
        return f"The audit gave no complete verdict, so nothing was published; checks that did not run: {missing}."
    listed = "\n".join(f"  {c.kind} on {c.object}: {c.description} ({c.way_out})" for c in failed[:20])
    more = f"\n  and {len(failed) - 20} more" if len(failed) > 20 else ""
    head = f"The audit refused this build, {len(failed)} critical checks failed:\n{listed}{more}\n"
    return head + _blocking_records(build)
