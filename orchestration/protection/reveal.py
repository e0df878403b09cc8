"""The only way back from a pseudonym: a role, a reason of substance, a line in the access log, then the value."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from orchestration.errors import ConfigurationError
from orchestration.protection import detectors
from orchestration.protection.access_log import AccessLog
from orchestration.protection.keyring import KeyRing
from orchestration.protection.operators import Operator
from orchestration.protection.pseudonyms import normalise
from orchestration.protection.vault import iter_vault, vault_files

_KEY = re.compile(r"[a-p]{32}")
_TOKEN = re.compile(r"\[redacted:[a-z_]+:([a-p]{32})\]")
_ACTION = "reveal"
# About two words more than "customer request": letters count one, Chinese characters two.
_LEAST_TEXT, _LEAST_SIGNS, _MOST = 20, 6, 500


@dataclass(frozen=True)
class Clear:
    """One clear value of a pseudonym, and where it was first met: source, entity, column and line of a batch."""

    value: str
    domain: str
    source: str
    entity: str
    column: str
    line: int
    batch_id: str


def reveal(ring: KeyRing, operator: Operator, key: str, reason: str, now: datetime) -> list[Clear]:
    """Return the clear values of one pseudonym, each spelling once, after the access log has a line about it.

    `key`: 32 letters, or the token `[redacted:<pattern>:<key>]`. A refusal for want of a role or a reason is logged
    as well. Raises ConfigurationError, and CrwError when the log cannot be written or is not whole.
    """
    subject, log = _subject(key), AccessLog(ring)

    def note(outcome: str, role: str = "none", why: str = "") -> None:
        log.append(now, operator.name, role, _ACTION, subject, why, outcome)

    try:
        role = operator.require("privacy_officer")
    except ConfigurationError:
        note("refused: no role")
        raise
    reason = " ".join(reason.split())
    if problem := reason_problem(reason):
        # The text itself is left out: it may be what it was refused for.
        note("refused: reason", role)
        raise ConfigurationError(
            f"The reason {problem}.", "say who asked, for which case, and what it is needed for."
        )
    found = _find(ring, subject)
    if any(_tells(reason, one) for one in found):
        note("refused: reason", role)
        raise ConfigurationError(
            "The reason names the person or the value itself.",
            "name the case or request instead: the log is kept.",
        )
    if not found:
        note("not found", role, reason)
        raise ConfigurationError(
            "The vault of this warehouse has no value for this key.",
            "it was erased, or the key is of another warehouse or older than `crw keys rotate --pseudonyms`.",
        )
    note("shown", role, reason)
    return found


def reason_problem(reason: str) -> str | None:
    """What a reason lacks, in words that follow "The reason"; None when it will do."""
    signs = [sign.casefold() for sign in reason if sign.isalnum()]
    weight = sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in signs)
    if weight < _LEAST_TEXT or len(set(signs)) < _LEAST_SIGNS:
        return f"is too short to be one: at least {_LEAST_TEXT} letters (a Chinese character counts two)"
    if len(reason) > _MOST:
        return f"is longer than {_MOST} characters"
    if detectors.find(reason):
        return "holds a personal value (a mobile number, an e-mail address, an ID or card number)"
    return None


def _subject(key: str) -> str:
    token = _TOKEN.fullmatch(key.strip())
    plain = token[1] if token else key.strip()
    if not _KEY.fullmatch(plain):
        raise ConfigurationError(
            "This is no pseudonym.",
            "give the 32 letters a-p of a `..._key` column, or a whole [redacted:...] token.",
        )
    return plain


def _find(ring: KeyRing, subject: str) -> list[Clear]:
    found: dict[tuple[str, str], Clear] = {}
    for path in vault_files(ring.warehouse):
        for rows in iter_vault(path, ring, subject):
            for row in rows.to_pylist():
                facts = {
                    name: row[name] for name in ("value", "domain", "source", "entity", "column", "line")
                }
                found.setdefault((row["domain"], row["value"]), Clear(**facts, batch_id=path.stem))
    return list(found.values())


def _tells(reason: str, clear: Clear) -> bool:
    value = normalise(clear.domain, clear.value).casefold()
    least = 4 if value.isascii() else 2
    return len(value) >= least and value in normalise(clear.domain, reason).casefold()
