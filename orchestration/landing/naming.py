"""How messages, ledger and quarantine name a header that nobody declared: it may be a personal value itself."""

import re

from orchestration.protection.detectors import find

_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$.:-]*")


def shown(header: str, position: int, *, is_key: bool = False) -> str:
    """The header, or its place (from 1) where its name may be a person's.

    A field of a table is named unless a detector knows it. A key of an object may be data, and a name no detector
    knows: it is named only when it is an identifier, as systems write their keys.
    """
    if not header:
        return f"field {position} (no name)"
    if find(header) or (is_key and not _IDENTIFIER.fullmatch(header)):
        return f"{'key' if is_key else 'field'} {position} (its name may be a personal value)"
    return header
