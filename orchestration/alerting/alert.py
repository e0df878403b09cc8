"""One alert: what happened, in words for people that hold counts and keys, and nothing personal."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from orchestration import clock
from orchestration.protection.detectors import normalise, spans

Severity = Literal["critical", "warning"]
# A phone number's shape is also that of a date and a run: what is left of these shapes is never one of ours.
_PATTERNS = ("email", "id_number", "card", "mobile")


class Alert(BaseModel):
    """`cause` is what the rate limit counts by, `news` are ids that are never told twice (early warnings)."""

    model_config = ConfigDict(frozen=True)

    cause: str
    severity: Severity
    title: str
    lines: tuple[str, ...] = ()
    as_of: str = ""
    raised_at: datetime
    news: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Title, lines and moment as plain text."""
        return "\n".join((self.title, *self.lines, f"Raised {clock.iso(self.raised_at)}"))


def impersonal(text: str) -> str:
    """Replace what looks like a personal value: the name of a delivered file may be anything."""
    plain = normalise(text)
    for span in reversed(spans(plain, _PATTERNS)):
        plain = f"{plain[: span.start]}***{plain[span.end :]}"
    return plain
