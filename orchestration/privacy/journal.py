"""What an erasure in progress has to remember, sealed under the key ring: a killed one is taken up where it ended."""

import re
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from orchestration.errors import ConfigurationError, CrwError
from orchestration.files import fsync_dir, write_atomic
from orchestration.privacy.persons import Person
from orchestration.protection.keys import Keys, SecretKey

_PURPOSE = "erasure-journal"
_REQUEST = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
Step = Literal["found", "rewritten", "published", "certified"]


class Journal(BaseModel):
    """State of one erasure; `found` are hits per place before anything was removed."""

    model_config = ConfigDict(extra="forbid")

    request: str
    by: str
    started_at: str
    step: Step = "found"
    records: list[tuple[str, str]]
    values: dict[str, dict[str, str]]
    names: dict[str, str]
    full_names: dict[str, str]
    labels: list[str]
    customer_keys: list[str] = Field(default_factory=list)
    found: list[dict[str, object]] = Field(default_factory=list)
    counts: dict[str, int] = Field(default_factory=dict)
    kept: list[dict[str, object]] = Field(default_factory=list)
    entries: list[dict[str, object]] = Field(default_factory=list)
    landing: list[dict[str, object]] = Field(default_factory=list)
    version: str | None = None

    @property
    def person(self) -> Person:
        """The person the erasure is about."""
        return Person(set(self.records), self.values, self.names, self.full_names)

    def count(self, name: str, more: int) -> None:
        """Add to a counter of what was removed."""
        self.counts[name] = self.counts.get(name, 0) + more

    def write(self, warehouse: Path, keys: Keys) -> None:
        """Write the journal sealed and whole."""
        sealed = _sealing(keys).wrap(self.model_dump_json().encode(), "seal", self.request)
        write_atomic(journal_path(warehouse, self.request), sealed.encode())

    @classmethod
    def read(cls, warehouse: Path, request: str, keys: Keys) -> "Journal | None":
        """The journal of an erasure in progress; None when there is none. Raises CrwError for another key ring."""
        path = journal_path(warehouse, request)
        if not path.exists():
            return None
        try:
            text = _sealing(keys).unwrap(path.read_bytes(), "seal", request)
        except ValueError:
            raise CrwError(
                f"The journal of request {request} does not open.", "restore the key ring it was begun with."
            ) from None
        return cls.model_validate_json(text)

    def remove(self, warehouse: Path) -> None:
        """Drop the journal: from then on nobody is named anywhere but by marks."""
        path = journal_path(warehouse, self.request)
        path.unlink(missing_ok=True)
        fsync_dir(path.parent)


def _sealing(keys: Keys) -> SecretKey:
    return SecretKey(keys.subkey(_PURPOSE))


def journal_path(warehouse: Path, request: str) -> Path:
    """Place of a journal."""
    return warehouse / "privacy" / "requests" / f"{checked_request(request)}.sealed"


def unfinished(warehouse: Path) -> list[str]:
    """Requests whose erasure was begun and did not end."""
    return sorted(path.stem for path in (warehouse / "privacy" / "requests").glob("*.sealed"))


def checked_request(request: str) -> str:
    """A request id that may name a file. Raises ConfigurationError."""
    if not _REQUEST.fullmatch(request):
        raise ConfigurationError(
            "A request id has letters, digits, dots, dashes and underscores (64 at most).",
            "give the id of the request's record, without blanks.",
        )
    return request
