"""The suppression list: whom not to load again. Keyed marks only; without the master key nobody is found in it.

The marks have a secret of their own in the key ring and are made of normalised clear values: neither a new master key
nor new pseudonyms make them void.
"""

import hashlib
import hmac
import json
import os
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from orchestration.errors import CrwError
from orchestration.files import write_json
from orchestration.landing.hashed_names import hashed_name
from orchestration.privacy.references import ANY_CUSTOMER, CUSTOMER
from orchestration.protection.keys import Keys, letters
from orchestration.protection.pseudonyms import normalise

PATH = Path("privacy") / "suppressions.json"
_MARK_BYTES = 16
# Long enough to be nobody's id by chance, digits so that it fits every system's ids, and no number a detector knows.
_TOKEN_PREFIX, _TOKEN_DIGITS = "99", 17


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Entry(_Model):
    """One erased person. `ids`: mark of a record id -> mark its fresh key is made of, or empty: none is kept.

    `names` are all names of the person, `full_names` those that stand alone for it. `cells` are marks of every
    pseudonym, id and key that the warehouse held, for the search that proves the erasure.
    """

    request: str
    erased_on: date
    salt: str
    ids: dict[str, str] = Field(default_factory=dict)
    values: list[str] = Field(default_factory=list)
    names: list[str] = Field(default_factory=list)
    full_names: list[str] = Field(default_factory=list)
    cells: list[str] = Field(default_factory=list)
    lifted_on: date | None = None
    basis: str = ""

    @property
    def is_active(self) -> bool:
        """Whether the person is still not to be loaded."""
        return self.lifted_on is None


class Marker:
    """Makes marks: HMAC-SHA-256 under the list's secret in the key ring, one domain per kind of value."""

    def __init__(self, keys: Keys) -> None:
        self._secret = keys.subkey("suppression")

    def _mark(self, kind: str, text: str) -> str:
        digest = hmac.digest(self._secret, f"{kind}\x1f{text}".encode(), "sha256")
        return letters(digest[:_MARK_BYTES])

    def of_id(self, name_space: str, text: str) -> str:
        """Mark of a record id of a name space such as zoho_crm.contact."""
        return self._mark(f"id:{name_space}", text)

    def of_value(self, domain: str, value: str) -> str:
        """Mark of a clear value in its pseudonym domain, normalised like the pseudonym."""
        return self._mark(f"value:{domain}", normalise(domain, value))

    def of_cell(self, text: str) -> str:
        """Mark of a cell's text as stored in the warehouse."""
        return self._mark("cell", text)

    def token(self, entry: Entry, mark: str) -> str | None:
        """Fresh id of a kept record: random through the entry's salt, the same on every landing; None: not kept."""
        if not (origin := entry.ids.get(mark)):
            return None
        secret = hmac.digest(self._secret, f"token\x1f{entry.salt}".encode(), "sha256")
        digest = hmac.digest(secret, origin.encode(), "sha256")
        return f"{_TOKEN_PREFIX}{int.from_bytes(digest[:16]) % 10**_TOKEN_DIGITS:0{_TOKEN_DIGITS}d}"

    def add_record(self, entry: Entry, name_space: str, text: str, *, keeps: bool) -> str:
        """Put a record's id on an entry, for a customer also as an id that other systems may name. Returns its mark."""
        mark = self.of_id(name_space, text)
        entry.ids[mark] = mark if keeps else ""
        if name_space.endswith(CUSTOMER):
            entry.ids[self.of_id(ANY_CUSTOMER, text)] = entry.ids[mark]
        return mark


class SuppressionList(_Model):
    """All erased persons of a warehouse."""

    format: Literal[1] = 1
    entries: list[Entry] = Field(default_factory=list)

    @classmethod
    def read(cls, warehouse: Path) -> "SuppressionList | None":
        """Read the list; None when nobody was ever erased. Raises CrwError for a damaged one: nothing may load then."""
        path = warehouse / PATH
        if not path.exists():
            return None
        try:
            return cls.model_validate(json.loads(path.read_bytes()))
        except ValueError:
            raise CrwError(
                f"The suppression list {PATH} is damaged.",
                "restore it from a backup: without it erased persons would be loaded again.",
            ) from None

    def entry(self, request: str) -> Entry | None:
        """The entry of a request."""
        return next((entry for entry in self.entries if entry.request == request), None)

    @property
    def active(self) -> list[Entry]:
        """Entries that suppress."""
        return [entry for entry in self.entries if entry.is_active]

    @property
    def fingerprint(self) -> str:
        """Hash of what decides which rows are suppressed; empty when nobody is."""
        content = [
            [
                e.request,
                e.salt,
                sorted(e.ids.items()),
                sorted(e.values),
                sorted(e.names),
                sorted(e.full_names),
            ]
            for e in self.active
        ]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16] if content else ""

    def write(self, warehouse: Path) -> None:
        """Write the list whole; readable by the warehouse's own user and group."""
        write_json(warehouse / PATH, self.model_dump(mode="json"))


def new_salt() -> str:
    """Random salt of an entry."""
    return letters(os.urandom(16))


def batch_name(read_id: str, state: str) -> str:
    """Id of a batch from that of the file as delivered and a hash of what was left of it; empty: nothing went."""
    return hashed_name([read_id, state]) if state else read_id
