"""A warehouse with a key ring and vault files, and the settings that lead to it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from orchestration.protection.keyring import KeyRing
from orchestration.protection.pseudonyms import Pseudonymiser
from orchestration.protection.vault import VAULT_SCHEMA, VaultWriter

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LATER = datetime(2026, 7, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """The settings the keys read, and the environment that names the key file."""

    warehouse: Path
    key_file: Path
    mode: str = "demo"

    @property
    def environ(self) -> dict[str, str]:
        """Environment with the key in a file."""
        return {"CRW_MASTER_KEY_FILE": str(self.key_file)}

    def ring(self) -> KeyRing:
        """The ring as a new process finds it."""
        return KeyRing.load(self, self.environ)


def place(folder: Path, name: str = "warehouse") -> Place:
    """An empty warehouse with a settled ring."""
    found = Place(folder / name, folder / "keys" / "master.key")
    found.ring().settle(NOW)
    return found


def store(ring: KeyRing, batch: str, domain: str, *values: str) -> list[str]:
    """Write one vault file; returns the pseudonyms of the values."""
    keys = Pseudonymiser(ring).keys(domain, values)
    rows = [
        dict(zip(VAULT_SCHEMA.names, (domain, key, value, "files", "customers", "phone", line), strict=True))
        for line, (key, value) in enumerate(zip(keys, values, strict=True), 2)
    ]
    with VaultWriter(ring.warehouse / "vault" / "files" / "customers" / f"{batch}.parquet", ring) as writer:
        writer.write(pa.Table.from_pylist(rows, VAULT_SCHEMA))
    return keys
