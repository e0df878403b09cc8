"""Which delivered file is which entity: every file is claimed once, or reported as unclaimed."""

import os
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatch
from pathlib import Path

from orchestration.errors import ConfigurationError
from orchestration.landing.control import SUFFIX
from orchestration.landing.ledger import Absent
from orchestration.landing.mapping import find_mapping, read_mapping
from orchestration.landing.spec import EntitySpec, known_sources

# Documentation beside the data is no data: it is neither claimed nor reported.
_DOCUMENTATION = ("*.md", "demo.yml")


@dataclass(frozen=True)
class Claim:
    """A file (name relative to the landing folder) that is to be loaded as an entity.

    `is_derived`: the entity comes from rows that are another entity first, whose control totals speak for both.
    """

    name: str
    path: Path
    spec: EntitySpec
    snapshot_date: date | None
    is_derived: bool = False


@dataclass(frozen=True)
class Claims:
    """What a landing folder holds."""

    claims: list[Claim]
    unclaimed: list[str]
    absent: list[Absent]


def claim_files(landing_dir: Path) -> Claims:
    """Match the files of a landing folder with the known systems and its mapping.yml.

    Raises ConfigurationError: no such folder, broken mapping, or a file that two entries claim.
    """
    if not landing_dir.is_dir():
        raise ConfigurationError(
            f"The landing folder {landing_dir} is not there.", "give an existing folder."
        )
    mapping = find_mapping(landing_dir)
    mapped: list[list[EntitySpec]] = []
    if mapping is not None:
        mapped, known = read_mapping(mapping, landing_dir)
    else:
        known = [
            spec
            for name, source in known_sources().items()
            if name != "files"
            for spec in source.entities.values()
        ]
    entries = [[spec] for spec in known] + mapped
    claims, unclaimed, met = [], [], set()
    names = _files(landing_dir)
    for name in names:
        path = landing_dir / name
        if path == mapping or (name.endswith(SUFFIX) and name.removesuffix(SUFFIX) in names):
            continue
        takers = [i for i, entry in enumerate(entries) if entry[0].claims(name)[0]]
        if len(takers) > 1:
            names = " and ".join(f"{entries[i][0].source}.{entries[i][0].entity}" for i in takers[:2])
            raise ConfigurationError(
                f"{name} is claimed by {names}.",
                "narrow the pattern under `file` in mapping.yml, so that one is left.",
            )
        if not takers and not any(fnmatch(path.name, pattern) for pattern in _DOCUMENTATION):
            unclaimed.append(shown(name))
        for spec in entries[takers[0]] if takers else []:
            derived = spec is not entries[takers[0]][0]
            claims.append(Claim(name, path, spec, spec.claims(name)[1], derived))
        met.update(takers)
    absent = [
        Absent(source=spec.source, entity=spec.entity, patterns=spec.patterns)
        for i, entry in enumerate(entries)
        for spec in entry
        if i not in met and spec.source == "files"
    ]
    return Claims(claims, unclaimed, absent)


def leaves_folder(path: Path, landing_dir: Path) -> bool:
    """Whether a file lies elsewhere: a link, of it or of a folder above it, that leaves the landing folder."""
    return not path.resolve().is_relative_to(landing_dir.resolve())


def shown(name: str) -> str:
    """A file's name as people may see it: what no terminal shows, or turns, is written out."""
    if name.isprintable():
        return name
    return name.encode("unicode_escape", "surrogatepass").decode("ascii")


def _files(landing_dir: Path) -> list[str]:
    """All files by name, and linked folders, whose files are not looked at; hidden ones are a tool's own, not data."""
    names = []
    for parent, folders, files in os.walk(landing_dir):
        folders[:] = [folder for folder in folders if not folder.startswith(".")]
        shown = [file for file in files if not file.startswith(".")]
        linked = [folder for folder in folders if (Path(parent) / folder).is_symlink()]
        names += [(Path(parent) / name).relative_to(landing_dir).as_posix() for name in [*shown, *linked]]
    return sorted(names)
