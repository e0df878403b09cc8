"""The key ring of a warehouse: its own secrets, each wrapped by the master key, and who was master when.

Pseudonyms are made with a secret of the warehouse, not with the master key, so that a new master key changes no
pseudonym: rotation wraps the secret anew. `keys/ring.json` holds no secret in clear and is part of every backup.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from orchestration.errors import ConfigurationError
from orchestration.files import write_json
from orchestration.protection.access_head import AccessHead
from orchestration.protection.key_files import NEXT_VARIABLE, KeySettings, MasterKeys
from orchestration.protection.keys import FILE_VARIABLE, KEY_VARIABLE, MasterKey, SecretKey

PSEUDONYMS = "pseudonyms"
ACCESS_LOG = "access-log"
RECORDS = "records"
RING = Path("keys") / "ring.json"
_PURPOSES = (PSEUDONYMS, ACCESS_LOG, RECORDS)


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Wrapped(_Model):
    """One secret of the warehouse; `wrapped` holds it once for each master key that may open it.

    `coming` and `leaving` exist only while pseudonyms are made anew (landing/rekeying.py).
    """

    purpose: str
    key_id: str
    since: datetime
    state: Literal["current", "coming", "leaving"] = "current"
    wrapped: dict[str, str]


class MasterRecord(_Model):
    """When a master key came into use and when the next one took its place."""

    key_id: str
    since: datetime
    until: datetime | None = None


class RingFile(_Model):
    """What keys/ring.json says. `measure` is set while finished dates still carry earlier pseudonyms."""

    format: Literal[1] = 1
    masters: list[MasterRecord] = Field(default_factory=list)
    secrets: list[Wrapped] = Field(default_factory=list)
    measure: bool = False


class KeyRing:
    """The master keys at hand and the opened secrets of one warehouse. `load` only reads."""

    def __init__(self, warehouse: Path, masters: MasterKeys, file: RingFile | None) -> None:
        self.warehouse = warehouse
        self.masters = masters
        self.file = file or RingFile()
        self._secrets = {item.key_id: self._open(item) for item in self.file.secrets}

    @classmethod
    def load(cls, settings: KeySettings, environ: Mapping[str, str] | None = None) -> "KeyRing":
        """Open the ring of a warehouse; one that has none begins with its master key.

        Raises ConfigurationError: as MasterKeys.load, or the warehouse belongs to another master key.
        """
        masters = MasterKeys.load(settings, environ)
        file = read_ring(settings.warehouse)
        if file is None:
            return cls(settings.warehouse, masters, None)
        left = {record.key_id for record in file.masters if record.until is not None}
        if masters.current.key_id in left - {
            record.key_id for record in file.masters if record.until is None
        }:
            raise ConfigurationError(
                f"Master key {masters.current.key_id} was taken out of use by `crw keys rotate`.",
                f"set {KEY_VARIABLE} to the new key and remove {NEXT_VARIABLE}.",
            )
        return cls(settings.warehouse, masters, file)

    @property
    def key_id(self) -> str:
        """Id of the master key that new vault files are written under."""
        return self.masters.current.key_id

    @property
    def pseudonyms(self) -> SecretKey:
        """The secret that pseudonyms are made with."""
        return self.secret(PSEUDONYMS)

    def master(self, key_id: str) -> MasterKey:
        """The master key of an id. Raises KeyError for one that is not at hand."""
        return self.masters.master(key_id)

    def subkey(self, purpose: str) -> bytes:
        """32 bytes for other records of the warehouse; unlike a master key's they stay when that is rotated.

        Raises ConfigurationError before the first landing.
        """
        return self.secret(RECORDS).subkey(purpose)

    def secret(self, purpose: str) -> SecretKey:
        """The current secret of a purpose. Raises ConfigurationError before the first landing."""
        for item in self.file.secrets:
            if item.purpose == purpose and item.state == "current":
                return self._secrets[item.key_id]
        if purpose != PSEUDONYMS:
            raise ConfigurationError(
                f"Nothing was landed in {self.warehouse} yet: it has no key ring.", "run `crw nightly` first."
            )
        return self.masters.current.pseudonyms

    def access_head(self) -> AccessHead:
        """The head of the access log. Raises ConfigurationError before the first landing."""
        return AccessHead(self._apart, self.secret(ACCESS_LOG))

    @property
    def _apart(self) -> Path:
        # A key from the environment has no folder of its own: the head then lies in the warehouse, beside the ring.
        return self.masters.path.parent if self.masters.path else (self.warehouse / RING).parent

    def _first(self, purpose: str) -> SecretKey:
        if purpose == PSEUDONYMS:
            return self.masters.current.pseudonyms
        secret = SecretKey.new()
        if purpose == ACCESS_LOG:
            AccessHead(self._apart, secret).begin()
        return secret

    def of_state(self, state: str) -> SecretKey | None:
        """The secret of pseudonyms that is coming or leaving, while they are made anew."""
        found = [item for item in self.file.secrets if item.purpose == PSEUDONYMS and item.state == state]
        return self._secrets[found[0].key_id] if found else None

    def settle(self, now: datetime) -> "KeyRing":
        """Write the ring if it says something else than it should; only under the warehouse's lock.

        Each secret ends wrapped by the current master key alone, and by the next one while a rotation is under way.
        """
        masters = self.masters
        kept = [masters.current] + ([masters.upcoming] if self.is_rotating else [])
        return self.wrapped_by(kept, now)

    @property
    def is_rekeying(self) -> bool:
        """Whether new pseudonyms were begun and not every batch has them."""
        return any(item.state != "current" for item in self.file.secrets)

    @property
    def is_rotating(self) -> bool:
        """Whether a rotation has begun: the secrets are wrapped by the next master key as well."""
        coming = self.masters.upcoming
        return coming is not None and any(coming.key_id in item.wrapped for item in self.file.secrets)

    def wrapped_by(self, masters: Iterable[MasterKey], now: datetime) -> "KeyRing":
        """Write the ring with every secret wrapped by these master keys and no other."""
        wanted = {key.key_id: key for key in masters}
        secrets = [
            item.model_copy(
                update={
                    "wrapped": {
                        name: item.wrapped.get(name) or _wrap(key, item.purpose, self._secrets[item.key_id])
                        for name, key in wanted.items()
                    }
                }
            )
            for item in self._with_first(now)
        ]
        return self.written(self.file.model_copy(update={"secrets": secrets, "masters": self._used(now)}))

    def begun(self, secret: SecretKey, now: datetime) -> "KeyRing":
        """Write the ring with a coming secret of the pseudonyms beside the current one."""
        names = self.file.secrets[0].wrapped
        wrapped = {name: _wrap(self.master(name), PSEUDONYMS, secret) for name in names}
        coming = Wrapped(purpose=PSEUDONYMS, key_id=secret.key_id, since=now, state="coming", wrapped=wrapped)
        return self.written(self.file.model_copy(update={"secrets": [*self.file.secrets, coming]}))

    def written(self, file: RingFile) -> "KeyRing":
        """Write another content whole, unless the file says it already; returns the ring that holds it."""
        path = self.warehouse / RING
        if file != self.file or not path.exists():
            write_json(path, file.model_dump(mode="json"))
        return KeyRing(self.warehouse, self.masters, file)

    def _with_first(self, now: datetime) -> list[Wrapped]:
        """The secrets of the ring, with those the warehouse began with where none was written yet."""
        present = {item.purpose for item in self.file.secrets}
        first = []
        for purpose in _PURPOSES:
            if purpose not in present:
                secret = self._first(purpose)
                self._secrets[secret.key_id] = secret
                first.append(Wrapped(purpose=purpose, key_id=secret.key_id, since=now, wrapped={}))
        return [*self.file.secrets, *first]

    def _used(self, now: datetime) -> list[MasterRecord]:
        current = self.key_id
        known = [
            record.model_copy(update={"until": now})
            if record.until is None and record.key_id != current
            else record
            for record in self.file.masters
        ]
        if any(record.key_id == current and record.until is None for record in known):
            return known
        return [*known, MasterRecord(key_id=current, since=now)]

    def _open(self, item: Wrapped) -> SecretKey:
        for name, text in item.wrapped.items():
            try:
                master = self.master(name)
            except KeyError:
                continue
            try:
                return SecretKey(master.unwrap(text, "wrap", _bound(item.purpose, item.key_id)))
            except ValueError:
                raise ConfigurationError(
                    f"The key ring {self.warehouse / RING} was altered: {item.purpose} does not open.",
                    "restore it from a backup; it is never edited.",
                ) from None
        raise ConfigurationError(
            f"This warehouse belongs to master key {', '.join(item.wrapped)}; the one at hand is {self.key_id}.",
            f"give the key it belongs to (CRW_MASTER_KEY or {FILE_VARIABLE}); after `crw keys rotate` that is the new"
            " one. Without it pseudonyms and vault are lost: land everything into a new warehouse.",
        )


def read_ring(warehouse: Path) -> RingFile | None:
    """What the ring of a warehouse says, read without any key; None before the first landing.

    Raises ConfigurationError when it is damaged.
    """
    path = warehouse / RING
    try:
        return RingFile.model_validate(json.loads(path.read_bytes()))
    except FileNotFoundError:
        return None
    except (ValueError, ValidationError):
        raise ConfigurationError(
            f"The key ring {path} is damaged.", "restore it from a backup; it is never edited."
        ) from None


def _wrap(master: MasterKey, purpose: str, secret: SecretKey) -> str:
    return master.wrap(secret.secret, "wrap", _bound(purpose, secret.key_id))


def _bound(purpose: str, key_id: str) -> str:
    return f"{purpose}|{key_id}"
