"""The dbt project as a build parsed it, kept until a file changes: parsing takes a third of a small build."""

import hashlib
import os
import shutil
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from dbt.contracts.graph.manifest import Manifest

from orchestration.settings import Settings

_PARSED = (".sql", ".yml", ".yaml", ".md", ".csv")
_DERIVED = {"target", "logs"}
_NAME = "partial_parse.msgpack"


def project_state(project_root: Path) -> str:
    """Hash of every file that dbt reads while parsing: seeds count too, their columns do."""
    digest = hashlib.sha256()
    for folder in ("dbt_project", "seeds/rules"):
        for path in sorted((project_root / folder).rglob("*")):
            if path.suffix in _PARSED and not _DERIVED & set(path.relative_to(project_root).parts):
                digest.update(f"{path.relative_to(project_root)}\0".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def manifest_of(build: Path) -> Manifest | None:
    """The project as the build in this folder parsed it; None when it has not."""
    try:
        manifest = Manifest.from_msgpack((build / "target" / _NAME).read_bytes())
    except OSError:
        return None
    # Models and tests over all nodes read dbt's `graph`, which a manifest read from a file does not have yet.
    manifest.build_flat_graph()
    return manifest


def take_parsed(place: Path, build: Path) -> bool:
    """Give a build what an earlier one parsed from the same files, kept at `place`; returns whether there is any."""
    (build / "target").mkdir(mode=0o700, exist_ok=True)
    try:
        shutil.copyfile(place, build / "target" / _NAME)
    except OSError:
        # Not kept, or removed by a newer one: dbt parses the project.
        (build / "target" / _NAME).unlink(missing_ok=True)
        return False
    return True


def keep_parsed(settings: Settings, build: Path, place: Path) -> None:
    """Keep what a build parsed, in place of what was kept; beside a project that nobody may write to nothing is.

    `place`: `parsed_place` before dbt parsed. Files that changed since then were parsed before, after or not at all.
    """
    if place.exists() or place != parsed_place(settings):
        return
    part = place.with_suffix(f".{os.getpid()}.part")
    with suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(build / "target" / _NAME, part)
        os.replace(part, place)
        for old in set(place.parent.glob("build-*")) - {place}:
            old.unlink(missing_ok=True)


def parsed_place(settings: Settings) -> Path:
    """Where what dbt parses from the files as they are now is kept."""
    # Seeds are found by the project's own folder, and another dbt would not read what this one wrote.
    place = f"{settings.project_root.resolve()}\0{version('dbt-core')}\0{version('dbt-duckdb')}\0"
    state = hashlib.sha256((place + project_state(settings.project_root)).encode()).hexdigest()[:16]
    return settings.dbt_dir / "target" / "parsed" / f"build-{state}.msgpack"
