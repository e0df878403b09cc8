"""Serves an older version again, under the lock."""

from pathlib import Path

from orchestration import clock
from orchestration.errors import ConfigurationError
from orchestration.privacy.certificates import blocked_versions
from orchestration.publishing.lock import WarehouseLock
from orchestration.publishing.recovery import recover
from orchestration.publishing.runs import RunRecord, write_run
from orchestration.publishing.versions import current_name, open_version, point_current


def roll_back(warehouse: Path, name: str) -> str | None:
    """Point `current` at a whole version and return the name served before.

    Raises ConfigurationError for a version that is not there or not whole, RunActive while a run holds the lock.
    """
    open_version(warehouse, name)
    if request := blocked_versions(warehouse).get(name):
        raise ConfigurationError(
            f"Version {name} holds a person who was erased (request {request}).", "choose a later version."
        )
    started_at = clock.utc_now()
    with WarehouseLock(warehouse, started_at=started_at, what="rollback") as lock:
        recover(warehouse, lock.previous, started_at)
        version = open_version(warehouse, name)
        before = current_name(warehouse)
        lock.note(phase="swap", as_of=version.manifest.as_of_date.isoformat())
        point_current(warehouse, name)
        record = RunRecord(
            status="rolled_back",
            started_at=started_at,
            ended_at=clock.utc_now(),
            as_of=version.manifest.as_of_date.isoformat(),
            run_id=version.manifest.run_id,
            phase="swap",
            reason=f"served before: {before}",
            version=name,
        )
        write_run(warehouse, record)
    return before
