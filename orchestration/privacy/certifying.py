"""Certifies an erasure: everything is searched again, and what is left is said with the law that keeps it."""

from datetime import timedelta

from orchestration import clock
from orchestration.privacy import delivered
from orchestration.privacy.certificates import Certificate
from orchestration.privacy.journal import Journal
from orchestration.privacy.persons import Tools
from orchestration.privacy.searching import search
from orchestration.privacy.suppression import SuppressionList
from orchestration.privacy.traces import holding_versions, needles_of, problems_of, shared_with_others
from orchestration.settings import Settings

# Who looked at a value must stay provable, and the log is a chain: no line of it can go.
_ACCESS_LOG = {
    "source": "warehouse",
    "entity": "access log",
    "legal_basis": "legal obligation to account for accesses",
    "standard": "GDPR Art. 5(2) and 17(3)(b); PIPL Art. 51 and 69",
}


def certify(settings: Settings, tools: Tools, journal: Journal) -> Certificate:
    """Search for the person of a published erasure and write the certificate of what was found, removed and kept."""
    warehouse, now = settings.warehouse, clock.utc_now()
    shared = shared_with_others(tools, journal)
    remaining = search(warehouse, needles_of(journal, shared), tools.keys)
    left = holding_versions(warehouse, journal.version, remaining)
    # Erasures carried out together each wrote the list.
    entries = SuppressionList.read(warehouse)
    entry = entries.entry(journal.request) if entries else None
    assert entries, "an erasure began with a list"
    assert entry, "an erased person is on the list"
    # What others hold too would strike in every later search.
    entry.cells = sorted(set(entry.cells) - set(map(tools.marker.of_cell, shared)))
    entries.write(warehouse)
    return Certificate(
        request=journal.request,
        by=journal.by,
        started_at=clock.parse_moment(journal.started_at),
        erased_at=now,
        completed_at=None if left else now,
        records=len(journal.records),
        found=journal.found,
        removed=journal.counts,
        kept=journal.kept + ([{**_ACCESS_LOG, "rows": remaining.logged}] if remaining.logged else []),
        shared_with_others=len(shared),
        remaining=remaining.document(),
        versions_left=left,
        versions_until=now + timedelta(hours=settings.grace_hours) if left else None,
        landing_folder=journal.landing,
        rule_tables=delivered.rule_lines(settings.rules_dir, {text for _, text in journal.records}),
        entries=journal.entries,
        problems=problems_of(remaining, bool(left)),
    ).write(warehouse)
