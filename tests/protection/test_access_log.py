"""The access log: every tampering is found and the line is named; nothing is shown without a line on disk."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.errors import ConfigurationError, CrwError
from orchestration.protection import access_head, operators
from orchestration.protection.access_log import LOG, AccessLog
from orchestration.protection.keyring import KeyRing
from orchestration.protection.operators import Operator, current_operator
from orchestration.protection.reveal import reason_problem, reveal
from orchestration.protection.rotation import rotate
from tests.protection.rings import LATER, NOW, Place, place, store

OFFICER = Operator("zhang", frozenset({"privacy_officer"}))
REASON = "Request 4711: the person asked for a copy"
VALUE = "13812345678"


@pytest.fixture
def where(tmp_path: Path) -> Place:
    """A warehouse with one value in its vault."""
    return place(tmp_path)


@pytest.fixture
def key(where: Place) -> str:
    return store(where.ring(), "b1", "phone", VALUE, "13912345678")[0]


def lines(where: Place) -> list[dict]:
    return [json.loads(text) for text in (where.warehouse / LOG).read_text().splitlines()]


def fill(where: Place, count: int = 5) -> AccessLog:
    log = AccessLog(where.ring())
    for number in range(count):
        log.append(NOW, "zhang", "privacy_officer", "reveal", "p" * 32, f"Fall {number}: 客户请求", "shown")
    assert log.verify().problem is None
    return log


def rewritten(change: Callable[[list[str]], list[str]]) -> Callable[[Path], None]:
    def apply(path: Path) -> None:
        texts = change(path.read_text().splitlines())
        path.write_text("".join(f"{text}\n" for text in texts))

    return apply


def edited(texts: list[str]) -> list[str]:
    texts[2] = texts[2].replace("zhang", "wang")
    return texts


def renumbered(texts: list[str]) -> list[str]:
    kept = [json.loads(text) for text in texts[:2] + texts[3:]]
    return [json.dumps({**line, "number": number}) for number, line in enumerate(kept, 1)]


TAMPERED = {
    "an edit": (edited, "line 3 was changed"),
    "a line taken out": (lambda t: t[:2] + t[3:], "line 3 was changed"),
    "a line taken out and the rest numbered anew": (renumbered, "line 3 was changed"),
    "the first line taken out": (lambda t: t[1:], "line 1 was changed"),
    "two lines in another order": (lambda t: [t[0], t[2], t[1], *t[3:]], "line 2 was changed"),
    "a line twice": (lambda t: [*t, t[-1]], "line 6 was changed"),
    "a line made up": (lambda t: [*t, t[-1].replace('"number": 5', '"number": 6')], "line 6 was changed"),
    "the tail cut": (lambda t: t[:3], "lines 4 to 5 are missing from the end"),
    "all lines cut": (lambda t: [], "lines 1 to 5 are missing from the end"),
    "a line that is no JSON": (lambda t: [*t[:4], "{"], "line 5 was changed"),
    "a line of another shape": (lambda t: ["[]", *t[1:]], "line 1 was changed"),
}


@pytest.mark.parametrize(("change", "problem"), TAMPERED.values(), ids=TAMPERED)
def test_tampering_is_found_and_stops_everything(
    where: Place, key: str, change: Callable, problem: str
) -> None:
    log = fill(where)
    rewritten(change)(log.path)
    assert problem in (log.verify().problem or "")
    before = log.path.read_bytes()
    with pytest.raises(CrwError, match="not whole"):
        reveal(where.ring(), OFFICER, key, REASON, LATER)
    assert log.path.read_bytes() == before


def test_half_of_the_last_line_cut_is_missing_from_the_end(where: Place) -> None:
    log = fill(where)
    log.path.write_bytes(log.path.read_bytes()[:-20])
    assert "lines 5 to 5 are missing from the end" in (log.verify().problem or "")


def test_the_head_is_guarded_as_well(where: Place, tmp_path: Path) -> None:
    log = fill(where)
    head = log.head.path
    assert not head.is_relative_to(where.warehouse)
    whole = head.read_bytes()
    for content, problem in (
        (whole.replace(b'"number": 5', b'"number": 3'), "was changed"),
        (b"{", "was changed"),
        (None, "is missing"),
    ):
        head.unlink() if content is None else head.write_bytes(content)
        assert problem in (log.verify().problem or "")
    log.path.unlink()
    assert "is missing" in (log.verify().problem or ""), "log and head removed together"
    head.write_bytes(whole)
    other = fill(place(tmp_path / "elsewhere"), 5)
    head.write_bytes(other.head.path.read_bytes())
    assert "was changed" in (log.verify().problem or ""), "the head of another warehouse"


def test_a_log_of_a_backup_is_found(where: Place) -> None:
    log = fill(where, 3)
    backup = log.path.read_bytes()
    fill(where, 2)
    log.path.write_bytes(backup)
    assert "lines 4 to 5 are missing" in (log.verify().problem or "")


def test_a_kill_between_line_and_head_shows_nothing_and_the_log_goes_on(
    where: Place, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(where, 2)

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(access_head, "write_json", dies)
        with pytest.raises(KeyboardInterrupt):
            reveal(where.ring(), OFFICER, key, REASON, LATER)
    log = AccessLog(where.ring())
    assert log.verify().problem is None
    with open(log.path, "ab") as file:
        file.write(b'{"number": 4, "torn')
    assert log.verify().problem is None
    assert [found.value for found in reveal(where.ring(), OFFICER, key, REASON, LATER)] == [VALUE]
    assert [entry.number for entry in log.entries()] == [1, 2, 3, 4]
    assert log.verify().problem is None


def test_the_line_is_on_disk_before_the_value_is_returned(
    where: Place, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda descriptor: (flushed.append(descriptor), real(descriptor)))
    reveal(where.ring(), OFFICER, key, REASON, LATER)
    assert len(flushed) >= 3, "the log, the head and their folders"
    (line,) = lines(where)
    assert (line["who"], line["role"], line["subject"], line["reason"], line["outcome"]) == (
        *("zhang", "privacy_officer", key, REASON, "shown"),
    )
    assert line["at"] == "2026-07-01T00:00:00Z"


def test_a_log_that_cannot_be_written_refuses(
    where: Place, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(CrwError, match=r"cannot be written .*Nothing is shown") as caught:
        reveal(where.ring(), OFFICER, key, REASON, LATER)
    assert VALUE not in str(caught.value)


def test_the_log_survives_a_rotation(where: Place, key: str) -> None:
    reveal(where.ring(), OFFICER, key, REASON, LATER)
    rotate(where.ring(), LATER, lambda step, done, total: None)
    reveal(where.ring(), OFFICER, key, REASON, LATER)
    assert AccessLog(where.ring()).verify().entries == 2
    assert AccessLog(where.ring()).verify().problem is None


def test_nobody_without_a_role_sees_anything_and_the_attempt_is_kept(where: Place, key: str) -> None:
    for roles in (frozenset(), frozenset({"auditor"})):
        with pytest.raises(ConfigurationError, match="no role"):
            reveal(where.ring(), Operator("li", roles), key, REASON, LATER)
    assert [(line["who"], line["outcome"]) for line in lines(where)] == [("li", "refused: no role")] * 2


@pytest.mark.parametrize(
    "reason",
    [
        "",
        "because",
        "customer request",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "......................................",
        "x y x y x y x y x y x y x y x y x y",
        "客户要求",
        "The person called from 139 1234 5678 about the contract",
        "Request of zhang@example.com, see the contract",
        "long " * 200,
    ],
)
def test_a_reason_without_substance_or_with_a_personal_value_is_refused(
    where: Place, key: str, reason: str
) -> None:
    with pytest.raises(ConfigurationError, match="reason"):
        reveal(where.ring(), OFFICER, key, reason, LATER)
    (line,) = lines(where)
    assert (line["outcome"], line["reason"]) == ("refused: reason", "")


@pytest.mark.parametrize(
    "reason", [REASON, "客户来电要求更正其合同联系方式", "  Case 12,\n audit of March 2026  "]
)
def test_a_reason_of_substance_will_do(reason: str) -> None:
    assert reason_problem(reason) is None


def test_a_reason_may_not_name_whom_it_reveals(where: Place) -> None:
    (key,) = store(where.ring(), "b9", "person_name", "张三丰")
    with pytest.raises(ConfigurationError, match="names the person"):
        reveal(where.ring(), OFFICER, key, "张三丰先生来电要求更正其合同联系方式", LATER)
    assert "张三丰" not in (where.warehouse / LOG).read_text()


def test_each_spelling_is_shown_once_from_a_key_or_its_token(where: Place, key: str) -> None:
    store(where.ring(), "b2", "phone", "+86 138 1234 5678")
    store(where.ring(), "b3", "phone", VALUE)
    for subject in (key, f" {key} ", f"[redacted:mobile:{key}]"):
        found = reveal(where.ring(), OFFICER, subject, REASON, LATER)
        assert [(one.value, one.batch_id, one.line) for one in found] == [
            (VALUE, "b1", 2),
            ("+86 138 1234 5678", "b2", 2),
        ]
    text = (where.warehouse / LOG).read_text()
    assert VALUE not in text
    assert "1234 5678" not in text


@pytest.mark.parametrize("subject", ["", VALUE, "a" * 31, "z" * 32, "[redacted:mobile]"])
def test_what_is_no_pseudonym_is_refused_before_it_could_be_logged(where: Place, subject: str) -> None:
    with pytest.raises(ConfigurationError, match="no pseudonym"):
        reveal(where.ring(), OFFICER, subject, REASON, LATER)
    assert not (where.warehouse / LOG).exists()


def test_an_unknown_key_is_said_and_logged(where: Place, key: str) -> None:
    with pytest.raises(ConfigurationError, match="no value for this key"):
        reveal(where.ring(), OFFICER, "p" * 32, REASON, LATER)
    assert lines(where)[0]["outcome"] == "not found"


def test_before_the_first_landing_there_is_nothing_to_reveal(tmp_path: Path) -> None:
    bare = Place(tmp_path / "bare", tmp_path / "keys" / "master.key")
    with pytest.raises(ConfigurationError, match="Nothing was landed"):
        reveal(KeyRing.load(bare, bare.environ), OFFICER, "a" * 32, REASON, LATER)


@pytest.fixture
def roles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The place of the roles file; the person who logged in is `zhang`."""
    monkeypatch.setenv(operators.ROLES_VARIABLE, str(tmp_path / "roles.yml"))
    monkeypatch.setattr(operators, "login_name", lambda: "zhang")
    return tmp_path / "roles.yml"


def write_roles(path: Path, content: str, mode: int = 0o600) -> None:
    path.write_text(content)
    path.chmod(mode)


def test_roles_come_from_the_file_alone(roles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRW_ROLE", "privacy_officer")
    assert current_operator(tmp_path / "wh").roles == frozenset()
    write_roles(roles, "version: 1\nroles:\n  privacy_officer: [wang]\n  auditor: [zhang]\n")
    assert current_operator(tmp_path / "wh") == Operator("zhang", frozenset({"auditor"}))
    with pytest.raises(ConfigurationError, match=str(roles)):
        current_operator(tmp_path / "wh").require("privacy_officer")


@pytest.mark.parametrize("mode", [0o640, 0o620, 0o644, 0o602])
def test_a_roles_file_open_to_others_is_refused(roles: Path, tmp_path: Path, mode: int) -> None:
    write_roles(roles, "version: 1\nroles:\n  privacy_officer: [zhang]\n", mode)
    with pytest.raises(ConfigurationError, match="open to group or others"):
        current_operator(tmp_path / "wh")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "roles: [",
        "version: 2\nroles: {}",
        "version: 1\nroles: [zhang]",
        "version: 1\nroles: {king: [zhang]}",
        "version: 1\nroles: {auditor: zhang}",
        "version: 1\nroles: {auditor: [1000]}",
    ],
)
def test_a_roles_file_that_is_not_understood_is_refused(roles: Path, tmp_path: Path, content: str) -> None:
    write_roles(roles, content)
    with pytest.raises(ConfigurationError, match="not understood"):
        current_operator(tmp_path / "wh")


def test_a_roles_file_of_another_user_is_refused(
    roles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_roles(roles, "version: 1\nroles:\n  privacy_officer: [zhang]\n")
    real = os.fstat
    monkeypatch.setattr(
        os, "fstat", lambda descriptor: os.stat_result([*real(descriptor)[:4], 4242, *real(descriptor)[5:]])
    )
    with pytest.raises(ConfigurationError, match="another user"):
        current_operator(tmp_path / "wh")


def test_a_roles_file_in_the_warehouse_is_refused(roles: Path, tmp_path: Path) -> None:
    write_roles(roles, "version: 1\nroles: {}\n")
    with pytest.raises(ConfigurationError, match=r"roles file .* inside the warehouse"):
        current_operator(tmp_path)


def test_the_person_is_who_logged_in_not_who_the_process_became(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    login = tmp_path / "loginuid"
    monkeypatch.setattr(operators, "_LOGIN", login)
    monkeypatch.setattr(operators.pwd, "getpwuid", lambda uid: type("User", (), {"pw_name": f"user{uid}"}))
    monkeypatch.setattr(os, "getuid", lambda: 7)
    for content, name in (("1000", "user1000"), (str(2**32 - 1), "user7"), ("", "user7")):
        login.write_text(content)
        assert operators.login_name() == name
    login.unlink()
    assert operators.login_name() == "user7"
