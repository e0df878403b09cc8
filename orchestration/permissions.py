"""Who may open what a run writes: its own folders are its user's alone, what is published also its group's."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.files import fsync_dir, make_dirs

# Files 0640, folders 0750: never anything for others, never anything to write for the group.
UMASK = 0o027
# Readers need versions/ (behind `current`) and runs/ (crw status); nothing else of a warehouse is for them.
PRIVATE = ("access", "builds", "errors", "history", "keys", "ledger", "privacy", "quarantine", "raw", "vault")
_OTHERS = 0o077


@contextmanager
def restricted() -> Iterator[None]:
    """Hold the umask of a run; the one before comes back, because a test or Dagster's process lives on."""
    before = os.umask(UMASK)
    try:
        yield
    finally:
        os.umask(before)


def close_folders(warehouse: Path) -> None:
    """Have every private folder of a warehouse be there with mode 0700, also one that an older release made."""
    make_dirs(warehouse)
    for name in PRIVATE:
        folder = warehouse / name
        if not folder.exists():
            folder.mkdir(mode=0o700)
        elif folder.stat().st_mode & _OTHERS:
            folder.chmod(0o700)
    fsync_dir(warehouse)
