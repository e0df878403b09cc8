"""New pseudonyms for everything that was landed: for the day the secret behind them may be known to somebody.

Batches never change, so each gets a successor with keys of its own; the ledger then names the successors, and the old
files and the old secret go. The key ring says how far it got: a killed call is taken up by the next one, and until
then no night is run on half of it.
"""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.errors import ConfigurationError
from orchestration.files import fsync_dir, fsync_file, write_json
from orchestration.holds.log import rename_batches
from orchestration.landing.batches import BatchIdentity, place, remove_unnamed
from orchestration.landing.ledger import Load, read_ledger
from orchestration.privacy.journal import unfinished
from orchestration.privacy.suppression import batch_name
from orchestration.protection.keyring import PSEUDONYMS, KeyRing, read_ring
from orchestration.protection.keys import SecretKey
from orchestration.protection.pseudonyms import Pseudonymiser, replace_keys
from orchestration.protection.vault import VaultWriter, iter_vault

Progress = Callable[[str, int, int], None]
Renew = Callable[[str], str]
Successors = dict[str, str]
_PLAN = Path("keys") / "successors.json"
_STEP = "make pseudonyms anew"
_BATCH_IDS = ("_batch_id", "batch_id")
_NO_VALUE = "no_value"


@dataclass(frozen=True)
class Rekeyed:
    """What was done: the ring with its new secret, the id of the secret before, batches written anew."""

    ring: KeyRing
    before: str
    batches: int


def refuse_unfinished(warehouse: Path) -> None:
    """Raise ConfigurationError while pseudonyms are made anew: half of the batches would not join the other half."""
    ring = read_ring(warehouse)
    if ring and any(item.state != "current" for item in ring.secrets):
        raise ConfigurationError(
            "New pseudonyms are being made for this warehouse and were not finished.",
            "run `crw keys rotate --pseudonyms` again: it takes up where it ended.",
        )


def rekey(ring: KeyRing, identity: BatchIdentity, now: datetime, progress: Progress) -> Rekeyed:
    """Make all pseudonyms of a warehouse anew with a new secret; the caller holds the warehouse's lock.

    progress(step, done, total). Raises CrwError when a vault file cannot be read, and ConfigurationError
    while an erasure is not finished.
    """
    if begun := unfinished(ring.warehouse):
        raise ConfigurationError(
            f"The erasure of request {begun[0]} was not finished: it knows the person by today's pseudonyms.",
            "run `crw privacy erase` for it again first.",
        )
    if not ring.of_state("leaving"):
        if not ring.of_state("coming"):
            ring = ring.settle(now).begun(SecretKey.new(), now)
        _write_successors(ring, _plan(ring, identity), progress)
        ring = _turned(ring, {"current": "leaving", "coming": "current"})
    leaving = ring.of_state("leaving")
    assert leaving is not None, "the secret before stays until its batches are gone"
    batches = _name_successors(ring, _read_plan(ring.warehouse, ring.pseudonyms.key_id))
    for _ in remove_unnamed(ring.warehouse):
        pass
    ring = _turned(ring, {"leaving": None})
    (ring.warehouse / _PLAN).unlink()
    return Rekeyed(ring, leaving.key_id, batches)


def finish(ring: KeyRing) -> None:
    """Note that no finished date carries earlier pseudonyms any more; the caller holds the warehouse's lock."""
    ring.written(ring.file.model_copy(update={"measure": False}))


def _plan(ring: KeyRing, identity: BatchIdentity) -> Successors:
    """New id by old one, of batches and of the files they were read from.

    On disk before any is used: rules may change before a killed call is taken up.
    """
    coming = ring.of_state("coming")
    assert coming is not None, "a new secret was begun"
    planned = _read_plan(ring.warehouse, coming.key_id)
    if not planned:
        for name, load in _batches(ring.warehouse).items():
            read_id = load.read_id or name
            planned[read_id] = identity.under(load, coming.key_id)
            # The hash of the rows that stayed looks past pseudonyms: the next landing finds the same one.
            planned.setdefault(name, batch_name(planned[read_id], load.stayed))
        write_json(ring.warehouse / _PLAN, {"pseudonym_key": coming.key_id, "batches": planned})
    return planned


def _read_plan(warehouse: Path, pseudonym_key: str) -> Successors:
    try:
        content = json.loads((warehouse / _PLAN).read_bytes())
    except FileNotFoundError:
        return {}
    return content["batches"] if content["pseudonym_key"] == pseudonym_key else {}


def _batches(warehouse: Path) -> dict[str, Load]:
    return {load.batch_id: load for one in read_ledger(warehouse) for load in one.loads if load.batch_id}


def _write_successors(ring: KeyRing, planned: Successors, progress: Progress) -> None:
    coming = ring.of_state("coming")
    assert coming is not None, "a new secret was begun"
    loads = _batches(ring.warehouse)
    maker = Pseudonymiser(ring, coming)
    for done, load in enumerate(loads.values()):
        progress(_STEP, done, len(loads))
        moved = _moved(load, planned, coming.key_id)
        keys = _write_vault(ring, load, moved, maker)
        if load.raw_path and moved.raw_path:
            _write(ring, load.raw_path, moved.raw_path, moved, _renewing(keys, maker))
        if load.quarantine_path and moved.quarantine_path:
            _write(ring, load.quarantine_path, moved.quarantine_path, moved, str)
    progress(_STEP, len(loads), len(loads))


def _renewing(keys: Mapping[str, str], maker: Pseudonymiser) -> Renew:
    """New key of an old one; one that stands for no value (an erased person's records) gets one made from itself."""
    return lambda key: keys.get(key) or maker.key(_NO_VALUE, key)


def _moved(load: Load, planned: Successors, pseudonym_key: str) -> Load:
    """The load as the ledger will name it: the batch that the same file would be under the new secret."""
    assert load.batch_id is not None, "a refused file has no batch"
    batch_id, read_id = planned[load.batch_id], planned.get(load.read_id or "")
    paths = {
        name: place(kind, load.source, load.entity, batch_id)
        for kind in ("raw", "quarantine", "vault")
        if getattr(load, name := f"{kind}_path")
    }
    return load.model_copy(
        update={"batch_id": batch_id, "read_id": read_id, "pseudonym_key": pseudonym_key, **paths}
    )


def _write_vault(ring: KeyRing, load: Load, moved: Load, maker: Pseudonymiser) -> Mapping[str, str]:
    """Write the clear values under their new keys; returns new key by old key."""
    renewed: dict[str, str] = {}
    if not load.vault_path or not moved.vault_path:
        return renewed
    source, target = ring.warehouse / load.vault_path, ring.warehouse / moved.vault_path
    if not source.exists():
        return renewed
    with VaultWriter(target, ring) as writer:
        for rows in iter_vault(source, ring):
            columns = (rows[name].to_pylist() for name in ("domain", "key", "value"))
            made = []
            for domain, key, value in zip(*columns, strict=True):
                renewed[key] = maker.key(domain, value)
                made.append(renewed[key])
            place_of_key = rows.schema.get_field_index("key")
            writer.write(rows.set_column(place_of_key, "key", pa.array(made, pa.string())))
    return renewed


def _write(ring: KeyRing, source: str, target: str, moved: Load, renew: Renew) -> None:
    """Write the successor of a raw or quarantine file, whole: other keys, and the batch's new id in each row."""
    path = ring.warehouse / target
    if path.exists():
        return
    temporary = path.with_name(f".{path.name}.tmp")
    with (
        pq.ParquetFile(ring.warehouse / source) as file,
        pq.ParquetWriter(temporary, file.schema_arrow, compression="zstd") as out,
    ):
        for batch in file.iter_batches():
            rows = replace_keys(pa.Table.from_batches([batch]), renew)
            for place_of_id in (rows.schema.get_field_index(name) for name in _BATCH_IDS):
                if place_of_id >= 0:
                    named = pa.repeat(pa.scalar(moved.batch_id, pa.string()), rows.num_rows)
                    rows = rows.set_column(place_of_id, rows.schema.field(place_of_id), named)
            out.write_table(rows)
    fsync_file(temporary)
    os.replace(temporary, path)
    fsync_dir(path.parent)


def _name_successors(ring: KeyRing, planned: Successors) -> int:
    """Have the ledger name the successors, entry by entry; returns how many batches were written anew."""
    current = ring.pseudonyms.key_id
    rename_batches(ring.warehouse, planned)
    for delivery in read_ledger(ring.warehouse):
        loads = []
        for load in delivery.loads:
            if load.batch_id and load.pseudonym_key != current:
                load = _moved(load, planned, current)
            loads.append(load)
        delivery.model_copy(update={"loads": loads}).replace(ring.warehouse)
    return len(_batches(ring.warehouse))


def _turned(ring: KeyRing, states: Mapping[str, Literal["current", "leaving"] | None]) -> KeyRing:
    """Write the ring with the pseudonyms' secrets in other states; None drops a secret for good."""
    secrets = []
    for item in ring.file.secrets:
        state = states.get(item.state, item.state) if item.purpose == PSEUDONYMS else item.state
        if state is not None:
            secrets.append(item.model_copy(update={"state": state}))
    return ring.written(ring.file.model_copy(update={"secrets": secrets, "measure": True}))
