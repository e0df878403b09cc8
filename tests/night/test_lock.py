"""The lock: one run at a time, and it dies with its process."""

import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from orchestration.errors import RunActive
from orchestration.publishing import lock
from orchestration.publishing.lock import WarehouseLock
from tests.night.tiny import moment

_HOLD = textwrap.dedent(
    """
    import sys, time
    from datetime import UTC, datetime
    from pathlib import Path
    from orchestration.publishing.lock import WarehouseLock
    with WarehouseLock(Path(sys.argv[1]), started_at=datetime(2026, 6, 1, tzinfo=UTC), as_of="2026-05-31") as held:
        held.note(phase="build", run_id="r123")
        print("held", flush=True)
        time.sleep(60)
    """
)


@pytest.fixture
def other_run(warehouse: Path):
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(warehouse)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()


def test_second_run_is_told_who_runs_since_when(warehouse: Path, other_run: subprocess.Popen) -> None:
    with pytest.raises(RunActive) as caught, WarehouseLock(warehouse, started_at=moment(2)):
        pass
    text = str(caught.value)
    assert caught.value.exit_code == 75
    for part in (str(other_run.pid), "2026-06-01T00:00:00Z", "phase build", "r123", "2026-05-31"):
        assert part in text
    assert lock.holder(warehouse)["pid"] == other_run.pid


def test_lock_of_a_killed_run_is_free_and_its_text_is_kept_for_the_record(
    warehouse: Path, other_run: subprocess.Popen
) -> None:
    other_run.send_signal(signal.SIGKILL)
    other_run.wait()
    assert lock.holder(warehouse) is None
    with WarehouseLock(warehouse, started_at=moment(2)) as held:
        assert held.previous is not None
        assert held.previous["phase"] == "build"
        assert held.previous["run_id"] == "r123"


def test_released_lock_leaves_no_text(warehouse: Path) -> None:
    with WarehouseLock(warehouse, started_at=moment(1)) as first:
        assert first.previous is None
    with WarehouseLock(warehouse, started_at=moment(2)) as second:
        assert second.previous is None


def test_looking_at_the_lock_never_stops_a_run(warehouse: Path) -> None:
    assert lock.holder(warehouse) is None
    with WarehouseLock(warehouse, started_at=moment(1)):
        assert lock.holder(warehouse) is not None


def test_garbage_in_the_lock_file_is_ignored(warehouse: Path) -> None:
    (warehouse / "lock").write_bytes(b"\xff\x00 not json")
    with WarehouseLock(warehouse, started_at=moment(1)) as held:
        assert held.previous is None
