"""What there is of keys: ids, ages and where each is used; never a key."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from orchestration.errors import ConfigurationError
from orchestration.protection.keyring import KeyRing
from orchestration.protection.vault import vault_files, vault_key_id


@dataclass(frozen=True)
class KeyFacts:
    """One key: `since` and `until` as this warehouse saw them (None: not known here, or still in use)."""

    kind: str
    key_id: str
    state: str
    since: datetime | None
    until: datetime | None
    vault_files: int
    wraps: int


def key_facts(ring: KeyRing) -> list[KeyFacts]:
    """Master keys at hand or in use once, then the secrets of the warehouse; current ones first."""
    files = Counter(vault_key_id(path) for path in vault_files(ring.warehouse))
    wraps = Counter(name for item in ring.file.secrets for name in item.wrapped)
    records = {record.key_id: record for record in ring.file.masters}
    states = {ring.key_id: "current"} | {key.key_id: "retired" for key in ring.masters.retired}
    if ring.masters.upcoming:
        states[ring.masters.upcoming.key_id] = "next"
    for name in (*records, *files, *wraps):
        states.setdefault(name or "unknown", "not at hand")
    masters = []
    for name, state in states.items():
        record = records.get(name)
        since, until = (record.since, record.until) if record else (None, None)
        masters.append(KeyFacts("master", name, state, since, until, files[name], wraps[name]))
    secrets = [
        KeyFacts(item.purpose, item.key_id, item.state, item.since, None, 0, 0) for item in ring.file.secrets
    ]
    return [*masters, *secrets]


def forget(ring: KeyRing, key_id: str) -> None:
    """Remove a retired master key's file. Raises ConfigurationError while this warehouse needs it."""
    for facts in key_facts(ring):
        if facts.key_id == key_id and (facts.vault_files or facts.wraps):
            raise ConfigurationError(
                f"Key {key_id} is still needed here: {facts.vault_files} vault files and {facts.wraps} secrets.",
                "run `crw keys rotate` first: it moves them to the newest key.",
            )
    ring.masters.forget(key_id)
