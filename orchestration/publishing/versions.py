"""The published versions of a warehouse and the link that says which one is served."""

import os
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from orchestration.errors import ConfigurationError
from orchestration.files import fsync_dir
from orchestration.publishing.manifest import Manifest
from orchestration.publishing.runs import read_runs

_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})\.(\d+)")


@dataclass(frozen=True)
class Version:
    """One whole version: its folder and manifest."""

    folder: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        """Version name, `<as_of>.<n>`."""
        return self.manifest.version


def current_name(warehouse: Path) -> str | None:
    """Return the name that `current` points to, or None when nothing was published yet."""
    try:
        return Path(os.readlink(warehouse / "current")).name
    except FileNotFoundError:
        return None


def open_version(warehouse: Path, name: str) -> Version:
    """Open one version by name. Raises ConfigurationError when it is not there or not whole."""
    folder = warehouse / "versions" / name
    if not _NAME.fullmatch(name) or not folder.is_dir():
        raise ConfigurationError(f"There is no version {name} in {warehouse}.", "see `crw versions`.")
    try:
        manifest = Manifest.read(folder)
    except (OSError, ValueError):
        raise ConfigurationError(f"Version {name} has no readable manifest.", "see `crw versions`.") from None
    problems = manifest.problems(folder)
    if problems:
        raise ConfigurationError(
            f"Version {name} is not whole: {'; '.join(problems)}.", "choose another version."
        )
    return Version(folder, manifest)


def current_version(warehouse: Path) -> Version | None:
    """Return the version served now; None when nothing was published. Raises ConfigurationError when damaged."""
    name = current_name(warehouse)
    return None if name is None else open_version(warehouse, name)


def base_version(warehouse: Path) -> Version | None:
    """Return the version a new run carries history from: the served one, or the newest whole one if it is damaged."""
    try:
        return current_version(warehouse)
    except ConfigurationError:
        return next(iter(list_versions(warehouse)[0]), None)


def list_versions(warehouse: Path) -> tuple[list[Version], list[str]]:
    """Return the whole versions, newest publication first, and the names of folders that are not whole."""
    whole, broken = [], []
    folder = warehouse / "versions"
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        try:
            whole.append(open_version(warehouse, path.name))
        except ConfigurationError:
            broken.append(path.name)
    return sorted(whole, key=lambda v: (v.manifest.published_at, _number(v.name)), reverse=True), broken


def next_name(warehouse: Path, as_of: date) -> str:
    """Return the next free name for a business date; numbers of removed versions are not used again."""
    folder = warehouse / "versions"
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    names += [run.version for run in read_runs(warehouse) if run.version]
    taken = [_number(name) for name in names if name.startswith(f"{as_of.isoformat()}.")]
    return f"{as_of.isoformat()}.{max(taken, default=0) + 1}"


def point_current(warehouse: Path, name: str) -> None:
    """Serve `name`: one atomic replace of the `current` link; readers of the old version keep their files."""
    temporary = warehouse / ".current.tmp"
    temporary.unlink(missing_ok=True)
    os.symlink(Path("versions") / name, temporary)
    os.replace(temporary, warehouse / "current")
    fsync_dir(warehouse)


def _number(name: str) -> int:
    match = _NAME.fullmatch(name)
    return int(match[2]) if match else 0
