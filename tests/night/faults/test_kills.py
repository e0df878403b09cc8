"""Whole nights killed at random moments: what is served stays whole, and the next night runs through and cleans up."""

import json
import os
import subprocess
import sys

import pytest

from orchestration.settings import Settings

# A kill costs half a night: two with each run of the slow tests, CRW_RANDOM_KILLS=200 before a release.
KILLS = int(os.environ.get("CRW_RANDOM_KILLS", "2"))
# Its first two kills come at a quarter and at a half of a night, on a slow machine and on a quick one.
SEED = 3


@pytest.mark.slow
def test_nights_killed_at_random_moments() -> None:
    command = [sys.executable, "-m", "tests.night.faults.kills", "--kills", str(KILLS), "--seed", str(SEED)]
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Settings().project_root,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode in (0, 1)
    found = json.loads(done.stdout)
    assert found["wrong"] == []
    assert sum(found["phases"].values()) == found["kills"] == KILLS
    assert found["phases"].get("after its end", 0) < KILLS, "no night was killed while it ran"
