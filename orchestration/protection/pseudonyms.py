"""Keyed pseudonyms: the same person gets the same 32 letters in every file, and nobody without the key can guess."""

import os
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from orchestration.protection.keys import Keys, SecretKey, letters
from orchestration.protection.plain import ODD_TEXT, mapped

PSEUDONYM_BYTES = 16
_DIGEST_BYTES = 32
_NOT_DIGIT = re.compile(r"\D+")
_NOT_ALNUM = re.compile(r"[\W_]+")
_BETWEEN_CJK = re.compile(r"(?<=[㐀-鿿]) (?=[㐀-鿿])")
_PREFIX_86 = re.compile(r"^(?:00)?86(?=1[3-9]\d{9}$)")
_PREFIX_00 = re.compile(r"^00(?=[1-9]\d{7,})")
# In raw a pseudonym is a whole cell, or ends the token that stands for an id which is personal.
_HOLDS_KEY = r"^[a-p]{32}$|\[redacted:[a-z_]+:[a-p]{32}\]"
_KEY = re.compile(r"^[a-p]{32}$|(?<=:)[a-p]{32}(?=\])")


def _text(value: str) -> str:
    """NFKC, one case, single spaces: full-width and half-width forms of a text are one."""
    return " ".join(_plain(value).casefold().split())


def _plain(value: str) -> str:
    return value if value.isascii() else unicodedata.normalize("NFKC", value)


def _name(value: str) -> str:
    # A space between two CJK characters is layout, between two words it is part of the name.
    text = _text(value)
    return text if text.isascii() else _BETWEEN_CJK.sub("", text)


def _phone(value: str) -> str:
    """Digits only, without the mainland prefix; text without digits stays text."""
    digits = _NOT_DIGIT.sub("", _plain(value))
    if digits.startswith(("0", "8")):
        digits = _PREFIX_00.sub("", _PREFIX_86.sub("", digits))
    return digits or _text(value)


def _code(value: str) -> str:
    """Letters and digits only, upper case: tax ids, ID numbers (x is X), birth dates."""
    return _NOT_ALNUM.sub("", _plain(value)).upper() or _text(value)


@dataclass(frozen=True)
class _Form:
    """Canonical form in a domain: `exact` of any value, Arrow's `quick` of those that `odd` (RE2) is not found in."""

    exact: Callable[[str], str]
    odd: str
    quick: Callable[[pa.Array], pa.Array]


_TEXT = _Form(_text, ODD_TEXT, pc.utf8_lower)
_CODE = _Form(_code, "[^0-9A-Za-z]", pc.ascii_upper)
_FORMS = {
    "person_name": _Form(_name, ODD_TEXT, pc.utf8_lower),
    "phone": _Form(_phone, "[^0-9]|^00|^86", lambda digits: digits),
    "email": _Form(lambda value: _text(value).replace(" ", ""), "[^!-~]", pc.ascii_lower),
    "tax_id": _CODE,
    "birth_date": _CODE,
    "id_number": _CODE,
}


def normalise(domain: str, value: str) -> str:
    """Canonical form of a value in its domain, which is what is hashed."""
    return _FORMS.get(domain, _TEXT).exact(value)


def fresh_key() -> str:
    """A key of random bytes that looks like any pseudonym (32 letters) and belongs to no value of any domain.

    For records that must outlive an erased person: nothing is kept that leads from the old key, or from the person,
    to this one, so call it once for each person and replace the old key in all rows with it (`replace_keys`).
    """
    return letters(os.urandom(PSEUDONYM_BYTES))


class Pseudonymiser:
    """HMAC-SHA-256 with one key per domain, cut to 128 bits, written in the letters a-p.

    The keys come from the warehouse's secret of pseudonyms; `secret` gives another one, while they are made anew.
    """

    def __init__(self, keys: Keys, secret: SecretKey | None = None) -> None:
        self._secret = secret or keys.pseudonyms
        self._hashes: dict[str, HMAC] = {}

    def key(self, domain: str, value: str) -> str:
        """Pseudonym (32 letters) of one clear value."""
        digest = self._hash(domain).copy()
        digest.update(normalise(domain, value).encode())
        return letters(digest.finalize()[:PSEUDONYM_BYTES])

    def keys(self, domain: str, values: Iterable[str]) -> list[str]:
        """Pseudonyms of clear values, in their order."""
        return [self.key(domain, value) for value in values]

    def keys_of(self, domain: str, values: pa.Array) -> pa.Array:
        """Pseudonyms of a string array without nulls: those of `keys`, made for millions of values."""
        form, fresh = _FORMS.get(domain, _TEXT), self._hash(domain).copy
        digests = []
        for text in mapped(values, form.odd, form.quick, form.exact).cast(pa.binary()).to_pylist():
            digest = fresh()
            digest.update(text)
            digests.append(digest.finalize())
        cut = np.frombuffer(b"".join(digests), np.uint8).reshape(-1, _DIGEST_BYTES)[:, :PSEUDONYM_BYTES]
        made = [None, pa.py_buffer(letters(cut.tobytes()).encode())]
        return pa.Array.from_buffers(pa.binary(2 * PSEUDONYM_BYTES), len(values), made).cast(pa.string())

    def _hash(self, domain: str) -> HMAC:
        """The keyed hash of a domain before any value: copying it is cheaper than taking in the key again."""
        if domain not in self._hashes:
            self._hashes[domain] = HMAC(self._secret.subkey(f"pseudonym:{domain}"), SHA256())
        return self._hashes[domain]


def replace_keys(table: pa.Table, renew: Callable[[str], str]) -> pa.Table:
    """Replace every pseudonym in the text columns of a raw table by what `renew` makes of it.

    Also those inside `[redacted:<pattern>:<key>]`; `renew` returns a key that is to stay as it is.
    """
    for place, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            column = table.column(place).combine_chunks()
            values = pc.unique(column.drop_null())
            bearing = values.filter(pc.match_substring_regex(values, _HOLDS_KEY))
            renewed = [_KEY.sub(lambda found: renew(found[0]), text) for text in bearing.to_pylist()]
            chosen = pa.array(renewed, pa.string()).take(pc.index_in(column, bearing))
            table = table.set_column(place, field, pc.coalesce(chosen, column))
    return table
