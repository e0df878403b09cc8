"""A new master key: pseudonyms stay, the vault opens with the new key alone, and a kill at any step harms nothing."""

import base64
import json
import os
import stat
from pathlib import Path

import pytest

from orchestration.errors import ConfigurationError, CrwError
from orchestration.protection import key_files, keyring, rotation
from orchestration.protection.keyring import KeyRing
from orchestration.protection.keys import MasterKey, SecretKey
from orchestration.protection.pseudonyms import Pseudonymiser, fresh_key
from orchestration.protection.rotation import rotate
from orchestration.protection.vault import read_vault, vault_files, vault_key_id
from tests.protection.rings import LATER, NOW, Place, place, store
from tests.support.kills import Killed, dies_after

PHONES = ("13812345678", "13912345678")


def quiet(step: str, done: int, total: int) -> None:
    """Show nothing."""


def whole(where: Place, keys: list[str]) -> None:
    """Assert that joins and the vault hold: the same pseudonyms, and each leads to its value."""
    ring = where.ring()
    assert Pseudonymiser(ring).keys("phone", PHONES) == keys
    for path in vault_files(where.warehouse):
        assert [read_vault(path, ring, key)["value"].to_pylist() for key in keys] == [[v] for v in PHONES]


def test_rotation_keeps_pseudonyms_and_leaves_nothing_under_the_old_key(tmp_path: Path) -> None:
    where = place(tmp_path)
    keys = store(where.ring(), "b1", "phone", *PHONES)
    store(where.ring(), "b2", "phone", *PHONES)
    before = where.ring()
    old_bytes = {path.name: path.read_bytes() for path in vault_files(where.warehouse)}
    done = rotate(before, LATER, quiet)
    assert (done.before, done.files) == (before.key_id, 2)
    after = where.ring()
    assert after.key_id == done.ring.key_id != before.key_id
    assert {vault_key_id(path) for path in vault_files(where.warehouse)} == {after.key_id}
    assert all(path.read_bytes() != old_bytes[path.name] for path in vault_files(where.warehouse))
    whole(where, keys)
    with pytest.raises(CrwError, match=after.key_id):
        read_vault(vault_files(where.warehouse)[0], before.masters.current)
    assert {tuple(item.wrapped) for item in after.file.secrets} == {(after.key_id,)}
    assert [(r.key_id, r.until) for r in after.file.masters] == [(before.key_id, LATER), (after.key_id, None)]
    names = {path.name for path in where.key_file.parent.iterdir() if not path.name.startswith("access-")}
    assert names == {"master.key", f"master.key.{before.key_id}"}
    assert {stat.S_IMODE((where.key_file.parent / name).stat().st_mode) for name in names} == {0o600}


def test_new_files_of_old_and_new_key_join(tmp_path: Path) -> None:
    where = place(tmp_path)
    first = store(where.ring(), "b1", "phone", *PHONES)
    rotate(where.ring(), LATER, quiet)
    assert store(where.ring(), "b2", "phone", *PHONES) == first
    rotate(where.ring(), LATER, quiet)
    whole(where, first)


STEPS = [
    (keyring, "write_json", 0),
    (rotation, "VaultWriter", 0),
    (rotation, "VaultWriter", 1),
    (os, "replace", 3),
    (key_files, "fsync_dir", 1),
    (key_files, "fsync_dir", 2),
    (keyring, "write_json", 1),
]


@pytest.mark.parametrize(("module", "name", "passes"), STEPS)
def test_a_kill_at_any_step_leaves_all_readable_and_is_taken_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: object, name: str, passes: int
) -> None:
    where = place(tmp_path)
    keys = store(where.ring(), "b1", "phone", *PHONES)
    store(where.ring(), "b2", "phone", *PHONES)
    first, ring = where.ring().key_id, where.ring()

    with monkeypatch.context() as patch:
        patch.setattr(module, name, dies_after(getattr(module, name), passes))
        with pytest.raises(Killed):
            rotate(ring, LATER, quiet)
    whole(where, keys)
    where.ring().settle(LATER)  # a night in between
    store(where.ring(), "b3", "phone", *PHONES)
    whole(where, keys)
    rotate(where.ring(), LATER, quiet)
    whole(where, keys)
    ring = where.ring()
    assert {vault_key_id(path) for path in vault_files(where.warehouse)} == {ring.key_id}
    assert ring.key_id != first
    assert not ring.masters.upcoming
    assert not list(where.warehouse.rglob("*.tmp"))


def test_a_second_warehouse_of_the_same_key_file_opens_and_catches_up(tmp_path: Path) -> None:
    one, other = place(tmp_path), place(tmp_path, "other")
    keys = store(other.ring(), "b1", "phone", *PHONES)
    rotate(one.ring(), LATER, quiet)
    whole(other, keys)
    done = rotate(other.ring(), LATER, quiet)
    assert done.ring.key_id == one.ring().key_id, "no further key is made"
    assert done.files == 1
    whole(other, keys)


def test_a_key_of_the_environment_is_rotated_to_the_one_beside_it(tmp_path: Path) -> None:
    where = Place(tmp_path / "warehouse", tmp_path / "unused")
    texts = [base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2)]
    environ = {"CRW_MASTER_KEY": texts[0]}
    keys = store(KeyRing.load(where, environ).settle(NOW), "b1", "phone", *PHONES)
    with pytest.raises(ConfigurationError, match="CRW_NEXT_MASTER_KEY"):
        rotate(KeyRing.load(where, environ), LATER, quiet)
    rotate(KeyRing.load(where, {**environ, "CRW_NEXT_MASTER_KEY": texts[1]}), LATER, quiet)
    with pytest.raises(ConfigurationError, match="taken out of use"):
        KeyRing.load(where, environ)
    with pytest.raises(ConfigurationError, match="taken out of use"):
        KeyRing.load(where, {**environ, "CRW_NEXT_MASTER_KEY": texts[1]})
    ring = KeyRing.load(where, {"CRW_MASTER_KEY": texts[1]})
    assert Pseudonymiser(ring).keys("phone", PHONES) == keys


def test_a_ring_of_another_key_is_refused_and_an_altered_one_too(tmp_path: Path) -> None:
    where = place(tmp_path)
    stranger = {"CRW_MASTER_KEY_FILE": str(tmp_path / "elsewhere" / "master.key")}
    with pytest.raises(ConfigurationError, match=f"belongs to master key {where.ring().key_id}"):
        KeyRing.load(where, stranger)
    path = where.warehouse / keyring.RING
    content = json.loads(path.read_bytes())
    wrapped = content["secrets"][0]["wrapped"]
    wrapped[where.ring().key_id] = "A" + wrapped[where.ring().key_id][1:-4] + "AAA="
    path.write_text(json.dumps(content))
    with pytest.raises(ConfigurationError, match="altered"):
        where.ring()
    path.write_text("{")
    with pytest.raises(ConfigurationError, match="damaged"):
        where.ring()


def test_the_ring_holds_no_secret_in_clear(tmp_path: Path) -> None:
    where = place(tmp_path)
    text = (where.warehouse / keyring.RING).read_text()
    ring = where.ring()
    for key in (ring.masters.current, ring.pseudonyms, ring.secret(keyring.ACCESS_LOG)):
        assert key.secret.hex() not in text
        assert key.key_id in text


def test_a_retired_key_is_forgotten_once_nothing_needs_it(tmp_path: Path) -> None:
    where = place(tmp_path)
    before = where.ring().key_id
    rotate(where.ring(), LATER, quiet)
    ring = where.ring()
    for name in (ring.key_id, "../master.key", "next", "p" * 16):
        with pytest.raises(ConfigurationError, match="no retired key"):
            ring.masters.forget(name)
    ring.masters.forget(before)
    assert where.ring().masters.retired == ()


def test_first_pseudonyms_follow_from_the_master_key_and_are_not_it() -> None:
    one, same = MasterKey(bytes(32)), MasterKey(bytes(32))
    assert one.pseudonyms == same.pseudonyms
    assert one.pseudonyms.secret != one.secret
    assert isinstance(one.pseudonyms, SecretKey)


def test_fresh_keys_look_like_pseudonyms_and_never_repeat() -> None:
    made = {fresh_key() for _ in range(500)}
    assert len(made) == 500
    assert all(len(key) == 32 and set(key) <= set("abcdefghijklmnop") for key in made)
