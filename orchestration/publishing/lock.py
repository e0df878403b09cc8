"""One run at a time in a warehouse: an flock that dies with its process."""

import fcntl
import json
import os
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from orchestration import clock
from orchestration.errors import RunActive
from orchestration.files import make_dirs

# What a comparison of rules calls itself: it publishes nothing, so no record of runs speaks of it.
WHAT_IF = "what-if"


class WarehouseLock:
    """Exclusive hold of `<warehouse>/lock`; the file's text says who runs, since when and in which phase.

    Only the flock decides. Text without a holder is left by a killed run: `previous` keeps it for the record.
    """

    def __init__(
        self, warehouse: Path, *, started_at: datetime, as_of: str = "", what: str = "nightly"
    ) -> None:
        self.path = warehouse / "lock"
        self.previous: dict[str, Any] | None = None
        self._text: dict[str, Any] = {
            "pid": os.getpid(),
            "what": what,
            "started_at": clock.iso(started_at),
            "as_of": as_of,
            "run_id": "",
            "phase": "start",
            "phase_since": clock.iso(started_at),
        }
        self._descriptor: int | None = None

    def __enter__(self) -> Self:
        """Take the lock at once. Raises RunActive (exit 75) naming the holder."""
        make_dirs(self.path.parent)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            _take(descriptor)
        except BlockingIOError:
            holder = _parse(os.pread(descriptor, 4096, 0)) or {}
            os.close(descriptor)
            raise RunActive(describe(holder), "wait for it to end, or stop that process.") from None
        self.previous = _parse(os.pread(descriptor, 4096, 0))
        self._descriptor = descriptor
        self._write()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._descriptor is not None:
            # The text is for people, closing is what releases: a disk that refuses may not turn a published run into
            # a failed one. Text that stays is that of a run with a record, so nobody takes it for a killed one.
            try:
                with suppress(OSError):
                    os.ftruncate(self._descriptor, 0)
            finally:
                os.close(self._descriptor)
                self._descriptor = None

    def note(self, **facts: str) -> None:
        """Update the text, e.g. note(phase="build", run_id="r0123")."""
        self._text.update(facts)
        self._write()

    def _write(self) -> None:
        assert self._descriptor is not None, "the lock is not held"
        text = json.dumps(self._text).encode().ljust(512)
        os.pwrite(self._descriptor, text, 0)


def holder(warehouse: Path) -> dict[str, Any] | None:
    """Return who holds the lock now, or None; never blocks and never keeps the lock."""
    is_held, facts = _look(warehouse)
    return (facts or {}) if is_held else None


def abandoned(warehouse: Path) -> dict[str, Any] | None:
    """Return the text of a holder that died without releasing the lock; None while a run holds it, or after one."""
    is_held, facts = _look(warehouse)
    return None if is_held else facts


def _look(warehouse: Path) -> tuple[bool, dict[str, Any] | None]:
    """Whether a run holds the lock, and the text in it."""
    path = warehouse / "lock"
    if not path.exists():
        return False, None
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            is_held = False
        except BlockingIOError:
            is_held = True
        return is_held, _parse(os.pread(descriptor, 4096, 0))
    finally:
        os.close(descriptor)


def _take(descriptor: int) -> None:
    # `_look` holds a shared lock for an instant: try again, so that looking never stops a run.
    for _ in range(5):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            time.sleep(0.05)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _parse(text: bytes) -> dict[str, Any] | None:
    try:
        facts = json.loads(text)
        known = isinstance(facts, dict) and facts.keys() >= {"pid", "started_at", "as_of", "run_id", "phase"}
        return facts if known and clock.parse_moment(facts["started_at"]) else None
    except (ValueError, AttributeError):
        return None


def describe(facts: dict[str, Any]) -> str:
    """Tell people who holds the lock."""
    what = facts.get("what", "run")
    run = f", run {facts['run_id']}" if facts.get("run_id") else ""
    as_of = f" for {facts['as_of']}" if facts.get("as_of") else ""
    return (
        f"Another {what}{as_of} is active: process {facts.get('pid', 'unknown')}{run}, "
        f"since {facts.get('started_at', 'unknown')}, phase {facts.get('phase', 'unknown')}."
    )
