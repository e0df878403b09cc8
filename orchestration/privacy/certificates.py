"""The certificate of an erasure: what was searched, found, removed and kept, and until when old versions remain."""

import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from orchestration import clock
from orchestration.errors import ConfigurationError
from orchestration.files import write_atomic, write_json
from orchestration.privacy.journal import checked_request

FOLDER = Path("privacy") / "certificates"


class Certificate(BaseModel):
    """A certificate; `sha256` is the hash of all the rest, `previous_sha256` that of the one it takes the place of."""

    model_config = ConfigDict(extra="forbid")

    format: int = 1
    request: str
    by: str
    started_at: datetime
    erased_at: datetime
    completed_at: datetime | None = None
    records: int
    found: list[dict[str, Any]]
    removed: dict[str, int]
    kept: list[dict[str, Any]]
    shared_with_others: int
    remaining: list[dict[str, Any]]
    versions_left: list[str] = Field(default_factory=list)
    versions_until: datetime | None = None
    landing_folder: list[dict[str, Any]] = Field(default_factory=list)
    rule_tables: list[dict[str, Any]] = Field(default_factory=list)
    entries: list[dict[str, Any]] = Field(default_factory=list)
    problems: list[str] = Field(default_factory=list)
    previous_sha256: str | None = None
    sha256: str = ""

    @property
    def state(self) -> str:
        """complete, waiting for old versions to go, or incomplete with problems."""
        if self.problems:
            return "incomplete"
        return "complete" if self.completed_at else "waiting"

    def digest(self) -> str:
        """Hash of everything but the hash itself."""
        content = self.model_dump(mode="json", exclude={"sha256"})
        return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    def write(self, warehouse: Path) -> "Certificate":
        """Write JSON and text, in the place of an earlier certificate of the request."""
        folder = warehouse / FOLDER
        path = folder / f"{checked_request(self.request)}.json"
        before = read_certificate(warehouse, self.request) if path.exists() else None
        final = self.model_copy(update={"previous_sha256": before.sha256 if before else None})
        final = final.model_copy(update={"sha256": final.digest()})
        write_json(path, final.model_dump(mode="json"))
        write_atomic(folder / f"{self.request}.txt", final.text().encode())
        return final

    def text(self) -> str:
        """The certificate for people."""
        lines = [
            f"Certificate of erasure, request {self.request}: {self.state}",
            f"Begun {clock.iso(self.started_at)} by {self.by}; erased {clock.iso(self.erased_at)}",
            f"{self.records} records of the person were found.",
            "",
            "Searched                files   hits before   hits after",
        ]
        after = {item["place"]: item for item in self.remaining}
        for item in self.found:
            left = after.get(item["place"], {"files_searched": 0, "hits": 0})
            lines.append(
                f"  {item['place']:<20} {left['files_searched']:>6} {item['hits']:>12} {left['hits']:>12}"
            )
        lines += ["", "Removed"] + [f"  {name}: {count}" for name, count in sorted(self.removed.items())]
        lines += (
            ["", "Kept by law, under a key that leads nobody back"] if self.kept else ["", "Kept: nothing"]
        )
        for item in self.kept:
            what = f"{item['rows']} rows of {item['source']} {item['entity']}"
            lines.append(f"  {what}: {item['legal_basis']} ({item['standard']})")
        if self.shared_with_others:
            lines.append(
                f"{self.shared_with_others} values are also those of other people and stay on their records."
            )
        if self.versions_left:
            until = clock.iso(self.versions_until) if self.versions_until else "the next night"
            lines.append(
                f"Older versions still hold the person until {until}: {', '.join(self.versions_left)}"
            )
        for item in self.landing_folder:
            lines.append(
                f"Delivered file, to be corrected at its source: {item['file']}, lines {item['lines']}"
            )
        for item in self.rule_tables:
            lines.append(f"Rule table that names a record of the person: {item['file']}, line {item['line']}")
        for item in self.entries:
            lines.append(
                f"Request in the register: {item['source']} {item['entity']}, {item['file']} line {item['line']}"
            )
        lines += [f"Problem: {problem}" for problem in self.problems]
        return "\n".join([*lines, "", f"SHA-256 {self.sha256}", ""])


def read_certificate(warehouse: Path, request: str) -> Certificate:
    """Read a certificate. Raises ConfigurationError: there is none, or it is not what was written."""
    path = warehouse / FOLDER / f"{checked_request(request)}.json"
    try:
        certificate = Certificate.model_validate(json.loads(path.read_bytes()))
    except FileNotFoundError:
        raise ConfigurationError(
            f"There is no certificate of request {request}.", "see `crw privacy requests`."
        ) from None
    except ValueError:
        raise ConfigurationError(
            f"The certificate of request {request} is damaged.", "restore it from a backup."
        ) from None
    if certificate.digest() != certificate.sha256:
        raise ConfigurationError(
            f"The certificate of request {request} was changed after it was written.",
            "restore it from a backup.",
        )
    return certificate


def certificates(warehouse: Path) -> list[Certificate]:
    """All certificates, by request."""
    return [read_certificate(warehouse, path.stem) for path in sorted((warehouse / FOLDER).glob("*.json"))]


def blocked_versions(warehouse: Path) -> dict[str, str]:
    """Versions that may not be served again, with the request: they hold an erased person."""
    return {name: found.request for found in certificates(warehouse) for name in found.versions_left}
