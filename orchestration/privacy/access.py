"""Notes in the access log who used a right on whose request; the person is never named there."""

from orchestration import clock
from orchestration.protection.access_log import AccessLog
from orchestration.protection.keyring import KeyRing
from orchestration.protection.operators import current_operator

ROLE = "privacy_officer"


def note_access(keys: KeyRing, action: str, request: str, by: str, outcome: str) -> None:
    """Keep that `by` did `action` (export, erase, restore, verify) on a request. Raises CrwError: log not whole."""
    AccessLog(keys).append(clock.utc_now(), by, ROLE, f"privacy {action}", request or "-", "", outcome)


def officer(keys: KeyRing, action: str, request: str) -> str:
    """Name of the person who acts. Raises ConfigurationError, after a line in the log, without the role."""
    operator = current_operator(keys.warehouse)
    if ROLE not in operator.roles:
        AccessLog(keys).append(
            clock.utc_now(),
            operator.name,
            "none",
            f"privacy {action}",
            request or "-",
            "",
            "refused: no role",
        )
    operator.require(ROLE)
    return operator.name
