"""What a killed run left behind is put right at the start of the next one, under its lock."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from orchestration import clock
from orchestration.files import remove_tree, remove_unfinished, write_json
from orchestration.publishing import lock
from orchestration.publishing.manifest import Manifest
from orchestration.publishing.retention import clean_history, discard
from orchestration.publishing.runs import RunRecord, read_runs, write_run
from orchestration.publishing.versions import base_version, current_name

_INTENT = "publishing.json"
_KEEP_FOR_PEOPLE = ("refused", "failed")


def declare_intent(build: Path, version: str) -> None:
    """Say, durably and before anything leaves the build folder, which version this build is about to become."""
    write_json(build / _INTENT, {"version": version})


def recover(warehouse: Path, previous: dict[str, Any] | None, now: datetime) -> list[str]:
    """Complete the records and clean what earlier runs left. Returns what was cleaned.

    `previous` is the lock text of a holder that did not release it. A version that was moved into place but never
    served is known by the intent its build folder still holds. The build of the last run stays when that run was
    refused or failed, for people to look at.
    """
    served = base_version(warehouse)
    for record in _missing(read_runs(warehouse), served.manifest if served else None, previous, now):
        write_run(warehouse, record)
    last = next(iter(read_runs(warehouse)), None)
    keep = last.run_id if last and last.status in _KEEP_FOR_PEOPLE else None
    cleaned = []
    builds = warehouse / "builds"
    for build in sorted(builds.iterdir()) if builds.is_dir() else []:
        intended = _intended(build)
        if intended and intended != current_name(warehouse) and (warehouse / "versions" / intended).exists():
            discard(warehouse, warehouse / "versions" / intended)
            cleaned.append(f"version {intended}, never served")
        if build.name != keep:
            remove_tree(build)
            cleaned.append(f"build {build.name}")
    leftover = warehouse / ".current.tmp"
    if leftover.is_symlink():
        leftover.unlink()
        cleaned.append("a link never swapped")
    for folder in ("runs", "ledger"):
        cleaned += [f"unfinished {path.name}" for path in remove_unfinished(warehouse / folder)]
    return cleaned + [f"history file {path.name}" for path in clean_history(warehouse)]


def unrecorded(warehouse: Path, now: datetime) -> list[RunRecord]:
    """Records that the next run will write: of a run that was killed, or that was killed after its version was served.

    Only looks; while a run holds the lock there are none.
    """
    if lock.holder(warehouse) is not None:
        return []
    served = base_version(warehouse)
    return _missing(read_runs(warehouse), served.manifest if served else None, lock.abandoned(warehouse), now)


def _missing(
    runs: list[RunRecord], served: Manifest | None, previous: dict[str, Any] | None, now: datetime
) -> list[RunRecord]:
    found = []
    its_own = served and previous and previous["run_id"] == served.run_id
    if served and served.version not in {run.version for run in runs}:
        found.append(
            RunRecord(
                status="published",
                started_at=clock.parse_moment(previous["started_at"])
                if previous and its_own
                else served.published_at,
                ended_at=served.published_at,
                as_of=served.as_of_date.isoformat(),
                run_id=served.run_id,
                phase="publish",
                version=served.version,
            )
        )
    started = {run.started_at for run in [*runs, *found]}
    is_run = previous and previous.get("what") != lock.WHAT_IF
    if previous and is_run and clock.parse_moment(previous["started_at"]) not in started:
        found.append(
            RunRecord(
                status="killed",
                started_at=clock.parse_moment(previous["started_at"]),
                ended_at=now,
                as_of=previous["as_of"],
                run_id=previous["run_id"],
                phase=previous["phase"],
                reason=f"process {previous['pid']} ended without a word",
                launched_by=previous.get("launched_by", ""),
            )
        )
    return found


def _intended(build: Path) -> str | None:
    try:
        return str(json.loads((build / _INTENT).read_bytes())["version"])
    except (OSError, ValueError, KeyError):
        return None
