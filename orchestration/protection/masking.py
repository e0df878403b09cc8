"""Masked forms: enough to recognise a value one knows, too little to find one that one does not."""

import re
import unicodedata
from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.protection.plain import ODD_TEXT, mapped

_MASK = "***"
_NOT_ALNUM = re.compile(r"[\W_]+")


def _name(value: str) -> str:
    """First character only: 张***, J***."""
    return value[0] + _MASK


def _email(value: str) -> str:
    """First letter and top-level domain: z***@***.com; a letter alone would stand for the whole local part."""
    local, at, host = value.partition("@")
    if not at or len(local) < 2 or "." not in host:
        return _MASK
    return f"{local[0]}{_MASK}@{_MASK}.{host.rpartition('.')[2]}"


def _tail(value: str) -> str:
    """Last four letters or digits of at least eight."""
    plain = value if value.isalnum() else _NOT_ALNUM.sub("", value)
    return _MASK + plain[-4:] if len(plain) >= 8 else _MASK


_RULES: dict[str, Callable[[str], str]] = {
    "name": _name,
    "email": _email,
    "tail": _tail,
    "full": lambda value: _MASK,
}
RULES = frozenset(_RULES)


def _names(values: pa.Array) -> pa.Array:
    return _joined(pc.utf8_slice_codeunits(values, 0, 1), _MASK)


def _emails(values: pa.Array) -> pa.Array:
    parts = pc.split_pattern(values, ".", max_splits=1, reverse=True)
    last = parts.flatten().take(pc.subtract(parts.offsets.slice(1), 1))
    return _joined(pc.utf8_slice_codeunits(values, 0, 1), f"{_MASK}@{_MASK}.", last)


def _tails(values: pa.Array) -> pa.Array:
    tails = _joined(_MASK, pc.utf8_slice_codeunits(values, -4))
    return pc.if_else(pc.greater_equal(pc.binary_length(values), 8), tails, _MASK)


def _joined(*parts: pa.Array | str) -> pa.Array:
    return pc.binary_join_element_wise(*parts, "")


# The same rules for whole columns, and what (RE2) a value holds that they would not do right by.
_COLUMN_RULES: dict[str, tuple[str, Callable[[pa.Array], pa.Array]]] = {
    "name": (ODD_TEXT, _names),
    "email": ("[^!-~]|^[^@]*$|^[^@]?@|@[^.]*$", _emails),
    "tail": ("[^0-9A-Za-z]", _tails),
}


def mask(rule: str, value: str) -> str:
    """Masked form of a clear value by rule name (name, email, tail, full); raises KeyError for another rule."""
    # ASCII is its own NFKC form, and most of millions of values are.
    cleaned = (value if value.isascii() else unicodedata.normalize("NFKC", value)).strip()
    return _RULES[rule](cleaned) if cleaned else _MASK


def masks(rule: str, values: pa.Array) -> pa.Array:
    """`mask` of each value of a string array without nulls."""
    if rule not in _COLUMN_RULES:
        return pa.array([mask(rule, value) for value in values.to_pylist()], pa.string())
    odd, quick = _COLUMN_RULES[rule]
    return mapped(values, odd, quick, lambda value: mask(rule, value))
