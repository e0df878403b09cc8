"""Alerts kept in <warehouse>/alerts until every receiver has them, one small file each, written whole."""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from orchestration import clock
from orchestration.alerting.alert import Alert
from orchestration.files import make_dirs, remove_unfinished, write_json

KEPT_FOR = timedelta(days=90)


class Entry(BaseModel):
    """An alert and what became of it.

    `addressed` are the receivers named when it was first sent; `delivered` when each took it; `errors` why the others
    did not. `repeats` counts the times its cause came again and was not told again; `closed` once a night published.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    alert: Alert
    last_seen: datetime
    repeats: int = 0
    closed: bool = False
    addressed: tuple[str, ...] = ()
    delivered: dict[str, datetime] = {}
    errors: dict[str, str] = {}

    @property
    def pending(self) -> tuple[str, ...]:
        """Receivers that were named and do not have it yet."""
        return tuple(name for name in self.addressed if name not in self.delivered)

    @property
    def told(self) -> bool:
        """Whether every receiver has it; an alert with no receiver has been told to nobody."""
        return bool(self.addressed) and not self.pending


def new_entry(alert: Alert) -> Entry:
    """An entry whose id follows from cause and moment."""
    digest = hashlib.sha256(f"{alert.cause}\n{alert.text}\n{alert.news}".encode()).hexdigest()[:12]
    return Entry(id=f"{clock.stamp(alert.raised_at)}-{digest}", alert=alert, last_seen=alert.raised_at)


@contextmanager
def alone(warehouse: Path) -> Iterator[None]:
    """Let one process at a time collect and send: a night and Dagster's sensor would both tell the same."""
    make_dirs(warehouse / "alerts")
    descriptor = os.open(warehouse / "alerts" / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        remove_unfinished(warehouse / "alerts")
        yield
    finally:
        os.close(descriptor)


def read_entries(warehouse: Path) -> list[Entry]:
    """All readable entries, oldest first."""
    entries = []
    for path in sorted((warehouse / "alerts").glob("[0-9]*.json")):
        try:
            entries.append(Entry.model_validate(json.loads(path.read_bytes())))
        except (OSError, ValueError, ValidationError):
            continue
    return entries


def keep(warehouse: Path, entry: Entry) -> None:
    """Write an entry durably. Raises OSError."""
    write_json(warehouse / "alerts" / f"{entry.id}.json", entry.model_dump(mode="json"))


def prune(warehouse: Path, entries: list[Entry], now: datetime) -> None:
    """Remove what everybody has been told long ago."""
    for entry in entries:
        if entry.last_seen < now - KEPT_FOR and (entry.told or not entry.addressed):
            (warehouse / "alerts" / f"{entry.id}.json").unlink(missing_ok=True)


def read_seen(warehouse: Path) -> set[str] | None:
    """Names of the run records that were looked at before; None when none ever were."""
    try:
        return set(json.loads((warehouse / "alerts" / "seen.json").read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def write_seen(warehouse: Path, names: set[str]) -> None:
    """Remember which run records were looked at. Raises OSError."""
    write_json(warehouse / "alerts" / "seen.json", sorted(names))
