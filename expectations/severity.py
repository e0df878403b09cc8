"""Severity and ownership of an expectation: a critical one blocks publishing, a warning shows."""

from typing import Literal

Severity = Literal["critical", "warning"]
CRITICAL: Severity = "critical"
WARNING: Severity = "warning"


def meta(owner: str, description: str, way_out: str) -> dict[str, str]:
    """Metadata every expectation carries: who is asked, what is wrong when it fails, what to do."""
    return {"owner": owner, "description": description, "way_out": way_out}
