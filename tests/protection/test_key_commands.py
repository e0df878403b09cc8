"""The commands `crw keys`, `crw reveal` and `crw privacy log` on a warehouse with a vault and no version."""

import csv
import io
import json
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from orchestration import clock, night
from orchestration.cli.app import run
from orchestration.protection import operators
from orchestration.publishing.history import carry
from orchestration.publishing.lock import WarehouseLock
from tests.night.tiny import TABLE, make_version, partition
from tests.protection.rings import Place, place, store

VALUE = "13812345678"
REASON = "Request 4711: the person asked for a copy"


@pytest.fixture
def where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A warehouse whose officer is the user of this process."""
    found = place(tmp_path)
    roles = tmp_path / "roles.yml"
    roles.write_text(f"version: 1\nroles:\n  privacy_officer: [{operators.login_name()}]\n")
    roles.chmod(0o600)
    for name, value in {
        "CRW_WAREHOUSE": found.warehouse,
        "CRW_MASTER_KEY_FILE": found.key_file,
        operators.ROLES_VARIABLE: roles,
    }.items():
        monkeypatch.setenv(name, str(value))
    return found


@pytest.fixture
def crw(capsys: pytest.CaptureFixture[str]):
    """Run a command; returns exit code, stdout and stderr."""

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(list(arguments))
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def test_reveal_shows_a_value_and_the_log_tells_of_it(where: Place, crw) -> None:
    (key,) = store(where.ring(), "b1", "phone", VALUE)
    code, out, _ = crw("reveal", key, "--reason", REASON, "-f", "json")
    assert code == 0
    assert json.loads(out)[0]["value"] == VALUE
    assert VALUE in crw("reveal", key, "--reason", REASON)[1]
    assert crw("privacy", "log", "verify")[:2] == (0, crw("privacy", "log", "verify")[1])
    code, out, _ = crw("privacy", "log", "show", "-f", "csv")
    assert code == 0
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(row["number"], row["subject"], row["outcome"]) for row in rows] == [
        ("1", key, "shown"),
        ("2", key, "shown"),
    ]
    assert VALUE not in crw("privacy", "log", "show")[1]


def test_reveal_without_role_or_reason_shows_nothing(
    where: Place, crw, monkeypatch: pytest.MonkeyPatch
) -> None:
    (key,) = store(where.ring(), "b1", "phone", VALUE)
    assert crw("reveal", key)[0] == 2
    code, out, err = crw("reveal", key, "--reason", "just so")
    assert (code, VALUE in out + err) == (2, False)
    monkeypatch.setattr(operators, "login_name", lambda: "somebody")
    code, out, err = crw("reveal", key, "--reason", REASON)
    assert (code, VALUE in out + err) == (2, False)
    assert "no role" in err
    assert crw("privacy", "log", "show")[0] == 2
    assert crw("privacy", "log", "verify")[0] == 0


def test_verify_names_the_line_that_breaks_and_exits_1(where: Place, crw) -> None:
    (key,) = store(where.ring(), "b1", "phone", VALUE)
    for _ in range(3):
        crw("reveal", key, "--reason", REASON)
    path = where.warehouse / "access" / "log.jsonl"
    path.write_text(path.read_text().replace("4711", "4712", 1))
    for arguments in (("verify",), ("show",)):
        code, _, err = crw("privacy", "log", *arguments)
        assert code == 1
        assert "line 1 was changed" in err


def test_keys_are_shown_by_id_rotated_and_forgotten(where: Place, crw) -> None:
    store(where.ring(), "b1", "phone", VALUE)
    first = where.ring().key_id
    code, out, _ = crw("keys", "rotate")
    assert code == 0
    second = where.ring().key_id
    assert second in out
    assert f"crw keys forget {first}" in out
    code, out, _ = crw("keys", "show", "-f", "json")
    rows = {(row["kind"], row["state"]): row for row in json.loads(out)}
    assert rows["master", "current"]["key_id"] == second
    assert rows["master", "current"]["vault_files"] == 1
    assert rows["master", "retired"]["key_id"] == first
    assert rows["pseudonyms", "current"]["key_id"] == where.ring().pseudonyms.key_id
    table = crw("keys", "show")[1]
    for key in (where.ring().masters.current, *where.ring().masters.retired, where.ring().pseudonyms):
        assert key.key_id in table
        assert key.secret.hex() not in table + out
    assert crw("keys", "forget", second)[0] == 2
    assert crw("keys", "forget", first)[0] == 0
    assert where.ring().masters.retired == ()


def test_a_key_that_is_still_needed_is_not_forgotten(where: Place, tmp_path: Path, crw) -> None:
    other = Place(tmp_path / "other", where.key_file)
    other.ring().settle(clock.utc_now())
    first = where.ring().key_id
    store(where.ring(), "b1", "phone", VALUE)
    assert crw("keys", "rotate", "--warehouse", str(other.warehouse))[0] == 0
    code, _, err = crw("keys", "forget", first)
    assert code == 2
    assert "1 vault files" in err


def test_rotation_waits_for_no_run(where: Place, crw) -> None:
    with WarehouseLock(where.warehouse, started_at=clock.utc_now()):
        assert crw("keys", "rotate")[0] == 75
        assert crw("keys", "forget", "a" * 16)[0] == 75


def test_new_pseudonyms_without_a_version_need_no_run(where: Place, crw) -> None:
    (key,) = store(where.ring(), "b1", "phone", VALUE)
    before = where.ring().pseudonyms.key_id
    code, out, _ = crw("keys", "rotate", "--pseudonyms")
    assert code == 0
    assert before in out
    ring = where.ring()
    assert ring.pseudonyms.key_id != before
    assert not ring.file.measure
    assert len(key) == 32


def test_new_pseudonyms_measure_every_finished_date_again_until_it_is_published(
    where: Place, crw, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sole trader's id is a token made of a pseudonym: the history would belong to nobody under the old ones."""
    early, today, beyond = date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 1)
    served = make_version(where.warehouse, today)
    days = {day: {TABLE: partition(where.warehouse, day, "r0")} for day in (early, beyond)}
    history, _ = carry(served, days)
    served.model_copy(update={"history": history}).write(where.warehouse / "versions" / served.version)
    asked = []

    def dies(request: night.NightRequest, progress: object) -> None:
        raise OSError("killed")

    def publishes(request: night.NightRequest, progress: object) -> SimpleNamespace:
        asked.append((request.as_of, request.dates, request.lands))
        return SimpleNamespace(version=SimpleNamespace(name="the next"))

    monkeypatch.setattr(night, "run_night", dies)
    assert crw("keys", "rotate", "--pseudonyms")[0] != 0
    assert where.ring().file.measure, "the same command takes it up"
    secret = where.ring().pseudonyms.key_id
    monkeypatch.setattr(night, "run_night", publishes)
    assert crw("keys", "rotate", "--pseudonyms")[0] == 0
    assert asked == [(beyond, (early, today), False)]
    assert not where.ring().file.measure
    assert where.ring().pseudonyms.key_id == secret, "no second secret for the same call"
