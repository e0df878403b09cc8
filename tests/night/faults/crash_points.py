"""Breaks the publish phase at its system calls: `python -m tests.night.faults.crash_points [--most N]`.

Every write, flush, rename, link, mkdir, unlink and truncate once each with SIGKILL, ENOSPC and EIO; after each fault
what is served is judged, the next run has to succeed, and what it leaves is judged again. Exit 1 on any violation.
"""

import argparse
import base64
import functools
import json
import os
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from orchestration.protection.keys import KEY_VARIABLE
from tests.night.faults import injecting
from tests.night.faults.publishing import judge, judge_next, prepare, publish


def every_point(template: Path) -> list[tuple[str, int, str]]:
    """All (call, number, fault) of the publish phase."""
    folder = template.with_name("whole")
    shutil.copytree(template, folder, symlinks=True)
    counts = injecting.points(functools.partial(publish, folder))
    return [
        (call, number, fault)
        for call, count in sorted(counts.items())
        for number in range(1, count + 1)
        for fault in injecting.FAULTS
    ]


def spread(points: list[tuple[str, int, str]], most: int) -> list[tuple[str, int, str]]:
    """At most `most` of the points, spread over calls, places and faults."""
    if most >= len(points):
        return points
    return [points[index * len(points) // most] for index in range(most)]


def outcomes(most: int) -> tuple[Counter[str], list[str]]:
    """Count faults by kind and outcome; list every violation."""
    counted: Counter[str] = Counter()
    violations = []
    with tempfile.TemporaryDirectory() as scratch:
        template = Path(scratch) / "template"
        template.mkdir()
        prepare(template)
        for call, number, fault in spread(every_point(template), most):
            warehouse = Path(scratch) / "try"
            shutil.copytree(template, warehouse, symlinks=True)
            said, reached = injecting.broken(functools.partial(publish, warehouse), call, number, fault)
            wrong = [] if reached else ["the fault was not reached"]
            wrong += judge(warehouse, said)
            again, _ = injecting.run(functools.partial(publish, warehouse), None)
            wrong += [f"then {text}" for text in judge_next(warehouse, again, said)]
            counted[f"{fault}: {said}"] += 1
            violations += [f"{call} {number} {fault} ({said}): {text}" for text in wrong]
            shutil.rmtree(warehouse)
    return counted, violations


def main() -> int:
    """Run as many points as asked for, print the counts as JSON, and the violations."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--most", type=int, default=sys.maxsize, help="points to try, spread evenly; default all"
    )
    os.environ[KEY_VARIABLE] = base64.b64encode(bytes(32)).decode()  # nobody's: the warehouse is made here
    if reason := injecting.why_not():
        print(f"Skipped: {reason}", file=sys.stderr)
        return 77
    counted, violations = outcomes(parser.parse_args().most)
    print(
        json.dumps(
            {"faults": counted.total(), "outcomes": dict(sorted(counted.items())), "wrong": violations}
        )
    )
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
