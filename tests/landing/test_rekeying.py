"""New pseudonyms for landed batches: joins hold, nothing of the old ones stays, a kill is taken up."""

import os
from pathlib import Path

import duckdb
import pytest

from orchestration.errors import ConfigurationError
from orchestration.landing import rekeying
from orchestration.landing.batches import BatchIdentity
from orchestration.landing.ledger import Load, read_ledger
from orchestration.landing.limits import Limits
from orchestration.protection.categories import Categories
from orchestration.protection.keyring import KeyRing
from orchestration.protection.protector import Protector
from orchestration.protection.pseudonyms import Pseudonymiser
from orchestration.protection.vault import read_vault, vault_files
from orchestration.settings import Settings
from tests.landing.door import FIRST_NIGHT, RULES, Door
from tests.protection.rings import LATER, Place
from tests.support.kills import Killed, dies_after

MAPPING = """version: 1
files:
  - file: contacts_{date}.csv
    entity: contacts
    columns: {contact_id: Id, customer_id: Customer, contact_name: Name, email: Mail, phone: Phone}
    ignore: []
"""
HEADER = "Id,Customer,Name,Mail,Phone\n"
FIRST = (
    "1,A,张三,zhang@example.com,13812345678\n2,zhang@example.com,Li Si,li@example.com,13912345678\n2,B,,,\n"
)
SECOND = "3,C,张 三,Zhang@Example.com,+86 138 1234 5678\n"


@pytest.fixture
def where(door: Door, tmp_path: Path) -> Place:
    """A warehouse with two nights: the second brings people of the first in other spellings."""
    place = Place(door.warehouse, tmp_path / "keys" / "master.key")
    door.protector = Protector(place.ring().settle(FIRST_NIGHT), Categories.load(RULES))
    door.put("mapping.yml", MAPPING)
    for day, rows in (("2026-01-01", FIRST), ("2026-01-02", SECOND)):
        door.put(f"contacts_{day}.csv", HEADER + rows)
        door.land()
    return place


def renew(door: Door, where: Place) -> KeyRing:
    ring = where.ring()
    protector = Protector(ring, Categories.load(RULES))
    identity = BatchIdentity(door.limits, protector, Settings(warehouse=door.warehouse))
    return rekeying.rekey(ring, identity, LATER, lambda step, done, total: None).ring


def loads(warehouse: Path) -> dict[str, Load]:
    return {load.file: load for one in read_ledger(warehouse) for load in one.loads}


def raw(warehouse: Path) -> list[dict]:
    files = [str(warehouse / load.raw_path) for load in loads(warehouse).values() if load.raw_path]
    cursor = duckdb.sql(f"from read_parquet({files}) order by contact_id")
    return [dict(zip(cursor.columns, row, strict=True)) for row in cursor.fetchall()]


def holds(door: Door, where: Place, before: list[dict], old: str) -> None:
    """Assert that every key is new, people still join, values still lead back, and the old secret is gone."""
    ring, after = where.ring(), raw(door.warehouse)
    maker = Pseudonymiser(ring)
    assert ring.pseudonyms.key_id != old
    assert old not in {item.key_id for item in ring.file.secrets}
    assert after[0]["email_key"] == after[2]["email_key"] == maker.key("email", "zhang@example.com")
    assert after[0]["phone_key"] == after[2]["phone_key"] == maker.key("phone", "13812345678")
    assert after[1]["customer_id"] == f"[redacted:email:{maker.key('email', 'zhang@example.com')}]"
    keep = [{k: v for k, v in row.items() if not k.endswith("_key") and k != "_batch_id"} for row in after]
    for row, was in zip(keep, before, strict=True):
        assert {k: was[k] for k in row if "redacted" not in str(row[k])} == {
            k: v for k, v in row.items() if "redacted" not in str(v)
        }
    named = {load.raw_path: load.batch_id for load in loads(door.warehouse).values()}
    assert {row["_batch_id"] for row in after} == set(named.values())
    assert {load.pseudonym_key for load in loads(door.warehouse).values()} == {ring.pseudonyms.key_id}
    old_keys = {value for row in before for name, value in row.items() if name.endswith("_key") and value}
    assert old_keys
    for path in door.warehouse.rglob("*"):
        if path.is_file():
            assert not [key for key in old_keys if key.encode() in path.read_bytes()], path
    found = [row for path in vault_files(door.warehouse) for row in read_vault(path, ring).to_pylist()]
    assert {maker.key(row["domain"], row["value"]) for row in found} == {row["key"] for row in found}
    assert not {row["key"] for row in found} & old_keys
    assert all((door.warehouse / load.raw_path).is_file() for load in loads(door.warehouse).values())
    assert sorted(path.name for path in (door.warehouse / "keys").iterdir()) == ["ring.json"]


def test_all_batches_get_new_pseudonyms_and_join(door: Door, where: Place) -> None:
    before, old = raw(door.warehouse), where.ring().pseudonyms.key_id
    assert before[0]["email_key"] == before[2]["email_key"]
    files = {
        kind: len(list((door.warehouse / kind).rglob("*.parquet"))) for kind in ("raw", "vault", "quarantine")
    }
    renew(door, where)
    holds(door, where, before, old)
    assert files == {
        kind: len(list((door.warehouse / kind).rglob("*.parquet"))) for kind in ("raw", "vault", "quarantine")
    }
    quarantined = [load for load in loads(door.warehouse).values() if load.quarantine_path]
    (path,) = {door.warehouse / load.quarantine_path for load in quarantined}
    assert duckdb.sql(f"select distinct batch_id from '{path}'").fetchall() == [(quarantined[0].batch_id,)]


def test_the_same_file_is_recognised_afterwards_and_new_ones_join(door: Door, where: Place) -> None:
    renew(door, where)
    door.protector = Protector(where.ring(), Categories.load(RULES))
    door.put("contacts_2026-01-03.csv", HEADER + "4,D,张三,zhang@example.com,13812345678\n")
    delivery = door.land()
    assert [load.repeated_of is not None for load in delivery.loads] == [True, True, False]
    after = raw(door.warehouse)
    assert after[3]["email_key"] == after[0]["email_key"]


def test_a_key_without_a_value_gets_a_new_one_that_still_joins(door: Door, where: Place) -> None:
    for path in vault_files(door.warehouse):
        path.unlink()
    before = raw(door.warehouse)
    renew(door, where)
    after = raw(door.warehouse)
    assert after[0]["email_key"] == after[2]["email_key"]
    assert after[0]["email_key"] not in (before[0]["email_key"], None)
    maker = Pseudonymiser(where.ring())
    assert after[0]["email_key"] != maker.key("email", "zhang@example.com"), "nobody can guess whose it was"


STEPS = [
    *((rekeying, "_write_vault", 0), (rekeying, "_write_vault", 1)),
    *((rekeying, "_write", 0), (rekeying, "_write", 1), (rekeying, "_write", 2)),
    *((rekeying, "_turned", 0), (rekeying, "_name_successors", 0), (rekeying, "remove_unnamed", 0)),
    *((Path, "unlink", 1), (rekeying, "_turned", 1), (rekeying, "write_json", 0)),
]


@pytest.mark.parametrize(("owner", "name", "passes"), STEPS)
def test_a_kill_is_taken_up_and_no_night_runs_until_then(
    door: Door, where: Place, monkeypatch: pytest.MonkeyPatch, owner: object, name: str, passes: int
) -> None:
    before, old = raw(door.warehouse), where.ring().pseudonyms.key_id

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, dies_after(getattr(owner, name), passes))
        with pytest.raises(Killed):
            renew(door, where)
    with pytest.raises(ConfigurationError, match="rotate --pseudonyms"):
        rekeying.refuse_unfinished(door.warehouse)
    # Rules that name batches may change before the command is called again.
    door.limits = Limits({("max_bad_row_share", "*"): 0.5, ("max_text_length", "*"): 7})
    renew(door, where)
    holds(door, where, before, old)


def test_a_kill_between_two_entries_of_the_ledger_is_taken_up(
    door: Door, where: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, old = raw(door.warehouse), where.ring().pseudonyms.key_id
    real, seen = os.replace, []

    def dies(source: str, target: Path) -> None:
        seen.extend([target] if "ledger" in str(target) else [])
        if len(seen) == 2:
            raise Killed
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", dies)
        with pytest.raises(Killed):
            renew(door, where)
    renew(door, where)
    holds(door, where, before, old)
    rekeying.refuse_unfinished(door.warehouse)
