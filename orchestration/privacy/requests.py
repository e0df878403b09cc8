"""What follows an erasure: it is verified again, old versions go after their grace, and a person may come back."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from orchestration.errors import ConfigurationError
from orchestration.privacy.certificates import Certificate, certificates, read_certificate
from orchestration.privacy.persons import Tools, read_subject
from orchestration.privacy.searching import Findings, Needles, search, search_cells
from orchestration.privacy.suppression import SuppressionList
from orchestration.protection.pseudonyms import Pseudonymiser
from orchestration.publishing.retention import clean_history, discard
from orchestration.publishing.versions import current_name

_WAY_OUT = "see `crw privacy requests`."


@dataclass(frozen=True)
class Verified:
    """A certificate searched again: hits by place, and the files that old versions may still hold until they go."""

    certificate: Certificate
    findings: Findings

    @property
    def holds(self) -> bool:
        """Whether nothing is found but what the certificate says is still waiting to go."""
        waiting = ("versions", "history") if self.certificate.versions_left else ()
        return (
            self.findings.within() == self.findings.within(*waiting)
            if waiting
            else not self.findings.within()
        )


def verify(tools: Tools, request: str, subject: str | None) -> Verified:
    """Search a warehouse again for an erased person: by marks, and by pseudonyms and encodings of a given subject.

    Raises ConfigurationError: no such request, a certificate that was changed, a bare name.
    """
    certificate = read_certificate(tools.warehouse, request)
    entries = SuppressionList.read(tools.warehouse)
    entry = entries.entry(request) if entries else None
    if entry is None:
        raise ConfigurationError(f"Request {request} is not on the suppression list.", _WAY_OUT)
    marks = frozenset(entry.cells)
    found = search_cells(tools.warehouse, lambda text: tools.marker.of_cell(text) in marks, tools.keys)
    if subject is not None:
        given = read_subject(subject, Pseudonymiser(tools.keys))
        keys = {key for values in given.values.values() for key in values} | given.keys
        texts = {value for values in given.values.values() for value in values.values()}
        named = set(given.names) if {tools.marker.of_cell(key) for key in given.names} & marks else set()
        needles = Needles(frozenset(keys | named | {text for _, text in given.ids}), frozenset(texts))
        found = _joined(found, search(tools.warehouse, needles, tools.keys))
    return Verified(certificate, found)


def restore(warehouse: Path, request: str, basis: str, on: date) -> None:
    """Lift a suppression because of a new basis: from the next landing on the person is loaded again.

    Raises ConfigurationError: no such request, no basis, or lifted before.
    """
    entries = SuppressionList.read(warehouse)
    entry = entries.entry(request) if entries else None
    if entries is None or entry is None:
        raise ConfigurationError(f"Request {request} suppresses nobody.", _WAY_OUT)
    if not basis.strip():
        raise ConfigurationError(
            "A person comes back on a basis only.", "name it: --basis 'new contract of DATE'."
        )
    if not entry.is_active:
        raise ConfigurationError(
            f"Request {request} was lifted on {entry.lifted_on} ({entry.basis}).", "there is nothing to do."
        )
    entry.lifted_on, entry.basis = on, basis.strip()
    entries.write(warehouse)


def finish(tools: Tools, now: datetime) -> list[str]:
    """Remove versions that still hold an erased person once their grace is over, and certify that they are gone.

    Returns the versions removed. The served version is never one of them: it was built without the person.
    """
    removed: list[str] = []
    served = current_name(tools.warehouse)
    for certificate in certificates(tools.warehouse):
        if not certificate.versions_left or (certificate.versions_until and certificate.versions_until > now):
            continue
        for name in certificate.versions_left:
            folder = tools.warehouse / "versions" / name
            if name != served and folder.is_dir():
                discard(tools.warehouse, folder)
                removed.append(name)
        clean_history(tools.warehouse)
        left = [name for name in certificate.versions_left if (tools.warehouse / "versions" / name).exists()]
        _certify_again(tools, certificate, left, now)
    return removed


def _certify_again(tools: Tools, before: Certificate, left: list[str], now: datetime) -> None:
    found = verify(tools, before.request, None).findings
    problems = (
        []
        if left
        else [f"{sum(files.values())} hits remain in {place}" for place, files in found.found.items()]
    )
    update = {
        "versions_left": left,
        "completed_at": None if left or problems else now,
        "remaining": found.document(),
        "problems": problems,
    }
    before.model_copy(update=update).write(tools.warehouse)


def _joined(first: Findings, second: Findings) -> Findings:
    joined = Findings(first.searched | second.searched)
    for findings in (first, second):
        for place, files in findings.found.items():
            for file, hits in files.items():
                there = joined.found.setdefault(place, {})
                there[file] = max(hits, there.get(file, 0))
    return joined
