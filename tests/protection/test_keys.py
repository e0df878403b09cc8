"""The master key: made once and private, refused when it is not a secret, never in the warehouse."""

import base64
import os
import stat
from pathlib import Path
from types import SimpleNamespace

import pytest

from orchestration.errors import ConfigurationError
from orchestration.protection.key_files import MasterKeys
from orchestration.protection.keys import MasterKey


def settings(tmp_path: Path, mode: str = "demo") -> SimpleNamespace:
    return SimpleNamespace(warehouse=tmp_path / "warehouse", mode=mode)


def test_demo_makes_the_key_file_once_and_private(tmp_path):
    path = tmp_path / "keys" / "master.key"
    environ = {"CRW_MASTER_KEY_FILE": str(path)}
    first = MasterKeys.load(settings(tmp_path), environ).current
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(path.parent) == ["master.key"]
    assert MasterKeys.load(settings(tmp_path), environ).current.key_id == first.key_id


def test_production_refuses_without_a_key_and_says_how_to_make_one(tmp_path):
    path = tmp_path / "master.key"
    with pytest.raises(ConfigurationError, match="openssl rand -base64 32"):
        MasterKeys.load(settings(tmp_path, "production"), {"CRW_MASTER_KEY_FILE": str(path)})
    assert not path.exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_key_file_open_to_others_is_refused(tmp_path, mode):
    path = tmp_path / "master.key"
    path.write_bytes(base64.b64encode(bytes(32)))
    path.chmod(mode)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        MasterKeys.load(settings(tmp_path), {"CRW_MASTER_KEY_FILE": str(path)})


@pytest.mark.parametrize(
    "content", [b"", b"not base64!", base64.b64encode(bytes(16)), base64.b64encode(bytes(33))]
)
def test_wrong_length_is_refused(tmp_path, content):
    path = tmp_path / "master.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(ConfigurationError, match="32 bytes"):
        MasterKeys.load(settings(tmp_path), {"CRW_MASTER_KEY_FILE": str(path)})
    if content:
        with pytest.raises(ConfigurationError, match="32 bytes"):
            MasterKeys.load(settings(tmp_path), {"CRW_MASTER_KEY": content.decode()})


def test_key_in_the_warehouse_is_refused_also_through_a_link(tmp_path):
    warehouse = tmp_path / "warehouse"
    warehouse.mkdir()
    (tmp_path / "elsewhere").symlink_to(warehouse)
    for folder in (warehouse, tmp_path / "elsewhere"):
        with pytest.raises(ConfigurationError, match="inside the warehouse"):
            MasterKeys.load(settings(tmp_path), {"CRW_MASTER_KEY_FILE": str(folder / "master.key")})
    assert os.listdir(warehouse) == []


def test_subkeys_differ_by_purpose_and_key_and_the_secret_is_not_shown():
    one, other = MasterKey(bytes(32)), MasterKey(bytes(31) + b"\x01")
    keys = {key.subkey(purpose) for key in (one, other) for purpose in ("vault", "pseudonym:email")}
    assert len(keys) == 4
    assert bytes(32) not in keys
    assert one.key_id != other.key_id
    assert "\\x00" not in repr(one)
    assert one.key_id in repr(one)
