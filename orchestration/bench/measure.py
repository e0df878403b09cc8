"""Seconds and peak memory of a piece of work inside this process."""

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
GIB = 1024**3


@dataclass(frozen=True)
class Measure:
    """What a phase took: wall-clock seconds, and the most memory resident at once in bytes."""

    phase: str
    seconds: float
    peak_bytes: int

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def _status_bytes(name: str) -> int:
    for line in _STATUS.read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) * 1024
    return 0


def _maxrss(who: int) -> int:
    # Linux counts in KiB, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(who).ru_maxrss * unit


def _reset_peak() -> bool:
    """Forget the peak so far; only Linux can, elsewhere peaks are those since the start of the process."""
    try:
        _CLEAR.write_text("5")
    except OSError:
        return False
    return True


@contextmanager
def measured(phase: str, into: list[Measure]) -> Iterator[None]:
    """Measure a block and append it. A child process counts on top of what this process holds meanwhile."""
    resettable = _reset_peak()
    children_before = _maxrss(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    yield
    seconds = time.perf_counter() - started
    own = _status_bytes("VmHWM") if resettable else _maxrss(resource.RUSAGE_SELF)
    children = _maxrss(resource.RUSAGE_CHILDREN)
    if children > children_before:
        own = max(own, (_status_bytes("VmRSS") if resettable else own) + children)
    into.append(Measure(phase, seconds, own))
