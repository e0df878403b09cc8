"""Whether a failure means that the disk is full: engine, dbt and audit say so in their own ways, or not at all."""

import errno
import os
import shutil
from pathlib import Path

from orchestration.errors import NoRoom

# Less than any step of a run writes at once; what failed for want of room leaves next to nothing.
_NOTHING_LEFT = 1 << 20


def refuse_full_disk(warehouse: Path, phase: str, error: BaseException | None = None) -> None:
    """Raise NoRoom when a phase failed and the warehouse's disk is full; `error` is what it failed with, if anything.

    Texts of errors are searched for the system's own words and never repeated.
    """
    if isinstance(error, NoRoom) or not (
        _says_so(error) or shutil.disk_usage(warehouse).free < _NOTHING_LEFT
    ):
        return
    raise NoRoom(
        f"The disk of {warehouse} is full: the run ended in the phase {phase}.",
        "make room and run again; what is served did not change, and the next run removes what this one left.",
    ) from None


def _says_so(error: BaseException | None) -> bool:
    while error is not None:
        if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
            return True
        if os.strerror(errno.ENOSPC) in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False
