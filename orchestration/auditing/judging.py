"""Runs the kinds of checks of an audit: two processes at once, because importing their tools takes seconds each."""

import os
import tempfile
import time
import traceback
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context

from orchestration.auditing.subject import Subject
from orchestration.auditing.verdict import KINDS, Check, Kind, Verdict
from orchestration.processes import die_with_parent

_TOGETHER: tuple[tuple[Kind, ...], ...] = (
    ("expectation", "leak_scan"),
    ("dbt_test", "classification", "reconciliation"),
)


def judge_whole(subject: Subject) -> Verdict:
    """Judge in two processes beside each other, each with half of the memory and a spill folder of its own."""
    settings = subject.settings.model_copy(update={"memory_limit": subject.settings.half_memory})
    half = Subject(subject.build, settings)
    with ProcessPoolExecutor(len(_TOGETHER), get_context("spawn"), _begin, (half,)) as pool:
        running = [(kinds, pool.submit(judge, half, kinds)) for kinds in _TOGETHER]
        return Verdict([check for kinds, result in running for check in _result(kinds, result)])


def _begin(subject: Subject) -> None:
    die_with_parent()
    # Whatever a tool spills goes into the run's own folder and leaves with it; two engines never share a folder.
    folder = tempfile.tempdir = tempfile.mkdtemp(dir=subject.build / "tmp")
    os.environ |= {
        "TMPDIR": folder,
        "CRW_TEMP_DIR": folder,
        "CRW_MEMORY_LIMIT": subject.settings.memory_limit,
    }


def _result(kinds: Collection[Kind], result: Future[Verdict]) -> list[Check]:
    try:
        return result.result().checks
    except Exception as error:
        traceback.print_exc()
        return [_broken(kind, error) for kind in kinds]


def judge(subject: Subject, only: Collection[Kind] = KINDS) -> Verdict:
    """Run every kind of check; a kind that breaks off is one critical failure, the others still run."""
    checks: list[Check] = []
    for kind, run in _kinds().items():
        if kind not in only:
            continue
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
