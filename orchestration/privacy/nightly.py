"""What a published night does for privacy at its end; nothing of it can stop or undo a publication."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from orchestration.errors import CrwError
from orchestration.privacy.certificates import certificates
from orchestration.privacy.journal import unfinished
from orchestration.privacy.retention import Removal, carry_out, plan_retention
from orchestration.protection.categories import Categories
from orchestration.protection.keyring import KeyRing
from orchestration.settings import Settings


def clock_of(as_of: date, started_at: datetime) -> date:
    """The day ages are measured by: the business date, but no day that has not come."""
    return min(as_of, started_at.date())


def planned(settings: Settings, used: Iterable[str], today: date) -> list[Removal]:
    """What is past its retention, for the manifest of the night that removes it."""
    return plan_retention(settings.warehouse, Categories.load(settings.rules_dir), used, today)


def end_of_night(settings: Settings, removals: list[Removal], today: date, now: datetime) -> list[str]:
    """Remove what is past its retention and what erasures were waiting for. Returns warnings, also about failures."""
    warnings = []
    try:
        if removals:
            categories = Categories.load(settings.rules_dir)
            count = carry_out(settings.warehouse, removals, categories, KeyRing.load(settings), today)
            warnings.append(f"Past their retention and removed: {count} (`crw status` lists them).")
        if any(found.versions_left for found in certificates(settings.warehouse)):
            from orchestration.privacy.erasing import tools_of
            from orchestration.privacy.requests import finish

            for name in finish(tools_of(settings, today), now):
                warnings.append(f"Version {name} is gone: it still held a person who was erased.")
    except (OSError, CrwError) as error:
        reason = error.strerror if isinstance(error, OSError) else error.message
        warnings.append(f"Retention was not carried out: {reason}; the next night tries again.")
    for request in unfinished(settings.warehouse):
        warnings.append(f"The erasure of request {request} was not finished: run `crw privacy erase` again.")
    return warnings


def state(warehouse: Path) -> list[str]:
    """Lines about erasures for people who ask for the state of a warehouse."""
    lines = [
        f"Erasure  {request} is not finished: run `crw privacy erase` again"
        for request in unfinished(warehouse)
    ]
    for found in certificates(warehouse):
        if found.state != "complete":
            left = f", versions {', '.join(found.versions_left)}" if found.versions_left else ""
            lines.append(f"Erasure  {found.request} is {found.state}{left}")
    return lines
