"""Old versions go after a grace period, and with them the partitions that only they name."""

from datetime import datetime, timedelta
from pathlib import Path

from orchestration import clock
from orchestration.files import fsync_dir, make_dirs, remove_tree
from orchestration.publishing import history
from orchestration.publishing.versions import current_name, list_versions
from orchestration.settings import Settings

_TRASH = "builds/.trash"


def clean_up(settings: Settings, build: Path) -> list[str]:
    """Remove the build of a version just served, and old versions; returns warnings.

    What cannot be removed now is removed at the start of the next run.
    """
    try:
        remove_tree(build)
        retire_old(
            settings.warehouse,
            keep=settings.keep_versions,
            grace_hours=settings.grace_hours,
            now=clock.utc_now(),
        )
    except OSError as error:
        return [f"Old files could not be removed: {error.strerror}; the next run tries again."]
    return []


def retire_old(warehouse: Path, *, keep: int, grace_hours: float, now: datetime) -> list[str]:
    """Remove versions beyond the `keep` newest that are older than the grace period; never the served one.

    Returns the names removed.
    """
    served = current_name(warehouse)
    limit = now - timedelta(hours=grace_hours)
    removed = []
    for version in list_versions(warehouse)[0][keep:]:
        if version.name != served and version.manifest.published_at < limit:
            discard(warehouse, version.folder)
            removed.append(version.name)
    if removed:
        clean_history(warehouse)
    return removed


def discard(warehouse: Path, folder: Path) -> None:
    """Remove a version so that no half of it is ever seen among the versions: move it out first."""
    trash = warehouse / _TRASH
    make_dirs(trash)
    target = trash / folder.name
    remove_tree(target)
    folder.rename(target)
    fsync_dir(folder.parent)
    remove_tree(trash)


def clean_history(warehouse: Path) -> list[Path]:
    """Remove partition files that no version names; with a version that cannot be read, none. Returns them."""
    versions, broken = list_versions(warehouse)
    if broken:
        return []
    removed = history.unreferenced(warehouse, [version.manifest for version in versions])
    for path in removed:
        path.unlink()
    return removed
