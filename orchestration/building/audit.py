"""Starts the audit as a fresh process that can only read the build, and reads its verdict."""

import ctypes
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from orchestration.auditing.verdict import Verdict
from orchestration.building.dbt_runner import dbt_environment
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
            preexec_fn=_die_with_parent if _LIBC else None,
            check=False,
        )
    if finished.returncode != 0:
        (build / VERDICT).unlink(missing_ok=True)
    return Verdict.read(build / VERDICT)


def _load_libc() -> ctypes.CDLL | None:
    return ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


_LIBC = _load_libc()


def _die_with_parent() -> None:
    # A killed run must not leave an audit that writes its verdict into the next run's folder of the same name.
    assert _LIBC is not None
    _LIBC.prctl(1, signal.SIGKILL)


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


def refusal_text(verdict: Verdict) -> str:
    """Name the critical checks that failed, each with its object."""
    failed = verdict.blocking
    if not failed:
        missing = ", ".join(verdict.missing) or "none"
        return f"The audit gave no complete verdict, so nothing was published; checks that did not run: {missing}."
    listed = "\n".join(f"  {c.kind} on {c.object}: {c.description} ({c.way_out})" for c in failed[:20])
    more = f"\n  and {len(failed) - 20} more" if len(failed) > 20 else ""
    return f"The audit refused this build, {len(failed)} critical checks failed:\n{listed}{more}\n"
