"""The publish phase broken at its system calls: nothing torn, nothing unreadable, nothing published unseen."""

import json
import subprocess
import sys

import pytest

from orchestration.settings import Settings
from tests.night.faults import injecting

needs_strace = pytest.mark.skipif(bool(injecting.why_not()), reason=injecting.why_not() or "strace works")


def broken(most: int) -> dict[str, int]:
    """Faults by kind and outcome, injected by a process of their own: forks of a test process carry its threads."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.night.faults.crash_points", "--most", str(most)],
        capture_output=True,
        text=True,
        cwd=Settings().project_root,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    found = json.loads(done.stdout)
    assert found["wrong"] == []
    return found["outcomes"]


@needs_strace
def test_forty_points_of_publishing() -> None:
    outcomes = broken(40)
    assert sum(outcomes.values()) == 40
    assert {name.split(":")[0] for name in outcomes} == set(injecting.FAULTS)


@pytest.mark.slow
@needs_strace
def test_every_point_of_publishing() -> None:
    outcomes = broken(100_000)
    assert sum(outcomes.values()) > 250
    # some errors are after the swap: what is served counts, and the run says published
    assert set(outcomes) == {
        "SIGKILL: killed",
        "ENOSPC: failed",
        "ENOSPC: published",
        "EIO: failed",
        "EIO: published",
    }
