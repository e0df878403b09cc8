"""What leads to an erased person, what of it others share, and which versions still hold it."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.privacy.journal import Journal
from orchestration.privacy.matching import NAME_DOMAIN
from orchestration.privacy.persons import Person, Tools
from orchestration.privacy.references import CUSTOMER
from orchestration.privacy.searching import Findings, Needles
from orchestration.privacy.stored import batches
from orchestration.protection.pseudonyms import Pseudonymiser
from orchestration.publishing.versions import list_versions

# Places that only old versions keep alive: they go with them.
_OF_VERSIONS = ("versions", "history")


def labels_of(person: Person, pseudonyms: Pseudonymiser) -> set[str]:
    """Names the models give the person's customers; an id that is a person's name stands as a token."""
    labels = set()
    for space, text in person.records:
        if space.endswith(CUSTOMER):
            source = space.partition(".")[0]
            labels.add(f"{source}:{text}")
            labels.add(f"{source}:[redacted:{NAME_DOMAIN}:{pseudonyms.key(NAME_DOMAIN, text)}]")
    return labels


def needles_of(journal: Journal, shared: frozenset[str] = frozenset()) -> Needles:
    """What leads to the person: pseudonyms, record ids, customer keys, labels, clear values; not what others share."""
    person = journal.person
    keys = {key for found in person.values.values() for key in found} | set(person.names)
    cells = keys | {text for _, text in person.records} | set(journal.labels) | set(journal.customer_keys)
    strong = {(key, value) for found in person.values.values() for key, value in found.items()}
    named = {(key, value) for key, value in person.full_names.items()}
    # What was given may be a phone or an id number: under the wrong one of both a shared value has a key of its own.
    others = {value for key, value in strong | named if key in shared}
    texts = {value for _, value in strong | named if value} - others
    return Needles(frozenset(cells - shared), frozenset(texts))


def shared_with_others(tools: Tools, journal: Journal) -> frozenset[str]:
    """Pseudonyms of the person that still stand on records of others: a namesake, a switchboard."""
    person = journal.person
    keys = pa.array([k for found in person.values.values() for k in found] + list(person.names), pa.string())
    shared: set[str] = set()
    for batch in batches(tools.warehouse):
        for name in batch.rows.column_names:
            if name.endswith("_key"):
                column = batch.rows[name].unique()
                shared |= set(column.filter(pc.is_in(column, keys)).to_pylist())
    return frozenset(shared)


def holding_versions(warehouse: Path, version: str | None, found: Findings) -> list[str]:
    """Other versions in which something of the person stands, in their own files or in a finished date they name."""
    whole, broken = list_versions(warehouse)
    files, dates = found.found.get("versions", {}), set(found.found.get("history", {}))
    struck = {Path(file).parts[1] for file in files}
    for item in whole:
        named = {partition.file for days in item.manifest.history.values() for partition in days.values()}
        if named & dates:
            struck.add(item.name)
    # What is not whole cannot be searched in full.
    return sorted((struck | set(broken)) - {version})


def problems_of(remaining: Findings, versions_left: bool) -> list[str]:
    excused = set(_OF_VERSIONS) if versions_left else set()
    return [
        f"{sum(files.values())} hits remain in {place} ({', '.join(sorted(files)[:5])})"
        for place, files in sorted(remaining.found.items())
        if place not in excused
    ]
