"""Unified social credit codes (GB 32100-2015): whether the check character fits, told before it is a pseudonym."""

import re
import unicodedata

import pyarrow as pa

from orchestration.protection.detectors import has_check_digit

# No I, O, S, V and Z: they look like digits or like each other.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_SEPARATORS = re.compile(r"[\W_]+")
_CODE = re.compile(rf"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}")
# A natural person is taxed under the ID number, which ends in a check digit of its own.
_ID_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
_LENGTH = 18


def check_character(first17: str) -> str:
    """Check character of the first 17 characters of a code."""
    total = sum(ALPHABET.index(sign) * weight for sign, weight in zip(first17, WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def is_valid(tax_id: str) -> bool | None:
    """Whether 18 letters and digits are a code (or an ID number) that checks; None: another kind of number."""
    text = _SEPARATORS.sub("", unicodedata.normalize("NFKC", tax_id)).upper()
    if len(text) != _LENGTH or not text.isascii():
        return None
    if _CODE.fullmatch(text) and check_character(text[:17]) == text[17]:
        return True
    return bool(_ID_NUMBER.fullmatch(text)) and has_check_digit(text)


def validity(column: pa.Array) -> pa.Array:
    """`is_valid` of each cell as text: true, false, or null where nothing can be checked."""
    encoded = column.dictionary_encode()
    answers = [is_valid(value) for value in encoded.dictionary.to_pylist()]
    words = [None if answer is None else str(answer).lower() for answer in answers]
    return pa.array(words, pa.string()).take(encoded.indices)
