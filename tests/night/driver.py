"""The `crw` command with an audit that only says yes: for tests of what happens around it, in a process of its own.

The audit takes most of a small night and is tested elsewhere; `python driver.py SECONDS ARGUMENTS...` lets it last.
"""

import sys
import time
from pathlib import Path

from orchestration import night
from orchestration.auditing.verdict import KINDS, Check, Verdict
from orchestration.settings import Settings


def yes(settings: Settings, build: Path) -> Verdict:
    """A verdict with one passed check of each kind."""
    return Verdict(
        [
            Check(kind, kind, "marts.fct_customer_risk", "critical", "tests", True, {}, "says yes", "")
            for kind in KINDS
        ]
    )


def no(settings: Settings, build: Path) -> Verdict:
    """A verdict that refuses: all of `yes`, and one critical check that failed."""
    failed = Check(
        "tie",
        "reconciliation",
        "marts.mart_ar_ageing",
        "critical",
        "tests",
        False,
        {},
        "buckets = balance",
        "look",
    )
    return Verdict([*yes(settings, build).checks, failed])


if __name__ == "__main__":
    from orchestration.cli import main

    pause = float(sys.argv.pop(1))

    def slow_yes(settings: Settings, build: Path) -> Verdict:
        """Say yes after a while, so that a test can act during the audit."""
        time.sleep(pause)
        return yes(settings, build)

    night.run_audit = slow_yes
    main()
