"""`python -m orchestration.auditing BUILD_DIR`: judge one build and leave the verdict in it.

Ends with 0 when it wrote a verdict, whatever the verdict; what could not be judged has not passed.
"""

import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

from orchestration.auditing.subject import Subject
from orchestration.auditing.verdict import Check, Kind, Verdict
from orchestration.settings import Settings

VERDICT = "audit.json"


def judge(subject: Subject) -> Verdict:
    """Run every kind of check; a kind that breaks off is one critical failure, the others still run."""
    checks: list[Check] = []
    for kind, run in _kinds().items():
        started = time.perf_counter()
        try:
            found = list(run(subject))
            if not found:
                raise RuntimeError("no check ran")
            checks += found
        except Exception as error:
            traceback.print_exc()
            checks.append(_broken(kind, error))
        print(f"{kind}: {time.perf_counter() - started:.1f} s", flush=True)
    return Verdict(checks)


def _kinds() -> dict[Kind, Callable[[Subject], Iterator[Check]]]:
    # Imported here, so that a kind whose tool does not even import fails alone.
    def dbt_test(subject: Subject) -> Iterator[Check]:
        from orchestration.auditing.dbt_tests import dbt_tests

        return dbt_tests(subject)

    def classification(subject: Subject) -> Iterator[Check]:
        from orchestration.auditing.classification import classification

        return classification(subject)

    def reconciliation(subject: Subject) -> Iterator[Check]:
        from orchestration.auditing.reconciliation import reconciliation

        return reconciliation(subject)

    def leak_scan(subject: Subject) -> Iterator[Check]:
        from orchestration.auditing.leak_scan import leak_scan

        return leak_scan(subject)

    def expectation(subject: Subject) -> Iterator[Check]:
        from orchestration.auditing.doors import expectations

        return expectations(subject)

    return {
        "dbt_test": dbt_test,
        "classification": classification,
        "reconciliation": reconciliation,
        "leak_scan": leak_scan,
        "expectation": expectation,
    }


def _broken(kind: Kind, error: Exception) -> Check:
    return Check(
        id=f"{kind}.broken_off",
        kind=kind,
        object="run.context",
        severity="critical",
        owner="data platform",
        passed=False,
        observed={"exception": type(error).__name__},
        description=f"The checks of kind {kind} broke off ({type(error).__name__}).",
        way_out="read logs/audit.log of the build; a check that cannot run has not passed.",
    )


def main(arguments: list[str]) -> int:
    """Judge the build named on the command line."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print("usage: python -m orchestration.auditing BUILD_DIR", file=sys.stderr)
        return 2
    build = Path(arguments[0]).resolve()
    temporary = build / "tmp"
    temporary.mkdir(mode=0o700, exist_ok=True)
    # Whatever a tool spills goes into the run's own folder and leaves with it.
    tempfile.tempdir = os.environ["TMPDIR"] = str(temporary)
    judge(Subject(build, Settings.from_environment())).write(build / VERDICT)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
