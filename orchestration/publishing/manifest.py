"""The manifest of a version: what it is, what it was made of, and the checksums that prove it."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from orchestration.files import sha256_file, write_json

FORMAT = 1
NAME = "manifest.json"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FileFacts(_Frozen):
    """One published file: bytes and SHA-256."""

    bytes: int
    sha256: str


class TableFacts(_Frozen):
    """One published table: rows, exact sums of its decimal columns as text, audiences, its Parquet file."""

    rows: int
    sums: dict[str, str]
    audience: list[str]
    parquet: str


class Partition(_Frozen):
    """One finished as_of partition of a table, and the run that made it; `file` is relative to the warehouse.

    `documents_mark` stands for all documents up to the date (see building/late_documents.py).
    """

    file: str
    sha256: str
    rows: int
    run_id: str
    inputs_sha256: str
    rules_sha256: str
    code_sha256: str
    documents_mark: str | None = None


class Restatement(_Frozen):
    """A finished date computed again by another run, with the reason."""

    as_of: date
    old_run: str
    new_run: str
    reason: str


class Manifest(_Frozen):
    """A published version. History maps table -> as_of -> partition and includes this run's own partition.

    `retention` lists what this night found past its retention and removes once it is published.
    """

    format: int = FORMAT
    version: str
    previous_version: str | None
    as_of_date: date
    known_at: datetime
    run_id: str
    rules_version: str
    base_currency: str
    inputs_sha256: str
    rules_sha256: str
    code_sha256: str
    tools: dict[str, str]
    sources: list[dict[str, Any]]
    tables: dict[str, TableFacts]
    files: dict[str, FileFacts]
    history: dict[str, dict[date, Partition]]
    restatements: list[Restatement]
    audit: dict[str, Any]
    published_at: datetime
    retention: list[dict[str, Any]] = Field(default_factory=list)

    def write(self, folder: Path) -> None:
        """Write the manifest whole into a version's folder."""
        write_json(folder / NAME, self.model_dump(mode="json"))

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Read a version's manifest. Raises OSError, or ValueError when it is torn or of another format."""
        try:
            manifest = cls.model_validate(json.loads((folder / NAME).read_bytes()))
        except ValidationError as error:
            raise ValueError(f"{folder.name}: manifest does not fit format {FORMAT}") from error
        if manifest.format != FORMAT:
            raise ValueError(f"{folder.name}: manifest of format {manifest.format}, expected {FORMAT}")
        return manifest

    def problems(self, folder: Path, *, checksums: bool = False) -> list[str]:
        """Compare the folder with the manifest; an empty list means the version is whole."""
        found = []
        if folder.name != self.version:
            found.append(f"the manifest names {self.version}")
        for name, facts in self.files.items():
            path = folder / name
            if not path.is_file():
                found.append(f"{name} is missing")
            elif path.stat().st_size != facts.bytes:
                found.append(f"{name} has another size")
            elif checksums and sha256_file(path) != facts.sha256:
                found.append(f"{name} has another checksum")
        return found


def describe_files(folder: Path) -> dict[str, FileFacts]:
    """Return size and checksum of every file below `folder` but the manifest itself."""
    return {
        str(path.relative_to(folder)): FileFacts(bytes=path.stat().st_size, sha256=sha256_file(path))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != NAME
    }
