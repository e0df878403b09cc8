"""A new master key: every vault file encrypted anew under it, the warehouse's secrets wrapped by it, then the swap.

Each step leaves the warehouse readable with the keys at hand, and says by itself whether it was done: a vault file
names its key. So a killed rotation stops no night, and the next call takes up where it ended.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from orchestration.files import fsync_dir
from orchestration.protection.keyring import KeyRing
from orchestration.protection.keys import Keys, MasterKey, SecretKey
from orchestration.protection.vault import VaultWriter, iter_vault, vault_files, vault_key_id

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Rotated:
    """What a rotation did: the ring under the new master key, the key before, vault files written anew."""

    ring: KeyRing
    before: str
    files: int


@dataclass(frozen=True)
class WritingKeys:
    """Keys that read with all that are at hand and write with one."""

    keys: Keys
    target: MasterKey

    @property
    def key_id(self) -> str:
        """Id of the key that is written with."""
        return self.target.key_id

    @property
    def pseudonyms(self) -> SecretKey:
        """The secret of the pseudonyms."""
        return self.keys.pseudonyms

    def subkey(self, purpose: str) -> bytes:
        """32 bytes for one purpose."""
        return self.keys.subkey(purpose)

    def master(self, key_id: str) -> MasterKey:
        """The master key of an id. Raises KeyError for one that is not at hand."""
        return self.keys.master(key_id)


def rotate(ring: KeyRing, now: datetime, progress: Progress) -> Rotated:
    """Move a warehouse to its next master key; the caller holds the warehouse's lock.

    What still lies under an earlier key (a killed rotation, a key file rotated for another warehouse) is moved to the
    newest key first made; only a warehouse that is all under the current one gets a new one. progress(step, done,
    total). Raises ConfigurationError when the next key has to come from the operator.
    """
    clean_leftovers(ring.warehouse)
    masters, before = ring.masters, ring.key_id
    if masters.upcoming is None and not needs_older_key(ring):
        masters = masters.make_next()
    target = masters.upcoming or masters.current
    ring = KeyRing(ring.warehouse, masters, ring.file)
    ring = ring.wrapped_by([masters.current, target], now)
    written = _write_anew(ring, target, progress)
    if masters.upcoming:
        ring = KeyRing(ring.warehouse, masters.promote(), ring.file)
    return Rotated(ring.wrapped_by([target], now), before, written)


def needs_older_key(ring: KeyRing) -> bool:
    """Whether a vault file lies under another key than the current one, or another master was in use before it."""
    records = [record.key_id for record in ring.file.masters if record.until is None]
    files = (vault_key_id(path) for path in vault_files(ring.warehouse))
    return any(name != ring.key_id for name in (*records, *files))


def clean_leftovers(warehouse: Path) -> None:
    """Remove half-written vault files of a killed process; the caller holds the warehouse's lock."""
    for path in (warehouse / "vault").rglob(".*.tmp"):
        path.unlink()


def _write_anew(ring: KeyRing, target: MasterKey, progress: Progress) -> int:
    stale = [path for path in vault_files(ring.warehouse) if vault_key_id(path) != target.key_id]
    for done, path in enumerate(stale):
        progress("encrypt the vault anew", done, len(stale))
        # A fresh data key for each file: who kept the old key and old data keys opens nothing written from now on.
        with VaultWriter(path, WritingKeys(ring, target)) as writer:
            for rows in iter_vault(path, ring):
                writer.write(rows)
        if writer.rows == 0:
            path.unlink()
            fsync_dir(path.parent)
    progress("encrypt the vault anew", len(stale), len(stale))
    return len(stale)
