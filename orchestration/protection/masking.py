"""Masked forms: enough to recognise a value one knows, too little to find one that one does not."""

import re
import unicodedata
from collections.abc import Callable

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


def mask(rule: str, value: str) -> str:
    """Masked form of a clear value by rule name (name, email, tail, full); raises KeyError for another rule."""
    # ASCII is its own NFKC form, and most of millions of values are.
    cleaned = (value if value.isascii() else unicodedata.normalize("NFKC", value)).strip()
    return _RULES[rule](cleaned) if cleaned else _MASK
