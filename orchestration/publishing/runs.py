"""One small record per run: what became of it. People read it when the morning's version is not new."""

import json
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from orchestration import clock
from orchestration.files import write_json

Status = Literal["published", "refused", "held", "failed", "killed", "rolled_back"]


class RunRecord(BaseModel):
    """Outcome of one run; `reason` is a message for people and carries no cell value, `seconds` are by phase.

    `launched_by` is the id that a scheduler gave to the run.
    """

    model_config = ConfigDict(frozen=True)

    status: Status
    started_at: datetime
    ended_at: datetime
    as_of: str
    run_id: str
    phase: str
    reason: str = ""
    version: str | None = None
    launched_by: str = ""
    seconds: dict[str, float] = {}


def record_name(record: RunRecord) -> str:
    """File name of a run's record: sorts by start."""
    return f"{clock.stamp(record.started_at)}-{record.run_id or record.status}.json"


def write_run(warehouse: Path, record: RunRecord) -> None:
    """Write a run's record whole; a record is never changed afterwards."""
    write_json(warehouse / "runs" / record_name(record), record.model_dump(mode="json"))


def read_runs(warehouse: Path) -> list[RunRecord]:
    """Return all readable records, newest start first."""
    records = []
    for path in (warehouse / "runs").glob("*.json"):
        try:
            records.append(RunRecord.model_validate(json.loads(path.read_bytes())))
        except (OSError, ValueError, ValidationError):
            continue
    return sorted(records, key=lambda record: (record.started_at, record.ended_at), reverse=True)
