"""Erases a person from a warehouse, step by step under its lock; a killed erasure is taken up by the same command.

The suppression list comes first: from then on nothing lands the person again. Then batches are written anew, then the
served version is built from them and published through the usual audit, then what remains is searched and certified.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from orchestration import clock
from orchestration.errors import ConfigurationError
from orchestration.files import remove_tree
from orchestration.landing.batches import remove_unnamed
from orchestration.landing.rekeying import refuse_unfinished
from orchestration.privacy import delivered, history
from orchestration.privacy.access import note_access
from orchestration.privacy.certificates import Certificate, read_certificate
from orchestration.privacy.certifying import certify
from orchestration.privacy.journal import Journal, checked_request
from orchestration.privacy.persons import Person, Tools, find_person, judged, put_on_entry, wanted_of
from orchestration.privacy.references import CUSTOMER, ErasureRules
from orchestration.privacy.requests import finish
from orchestration.privacy.rewriting import Rewriter, rename_in_ledger
from orchestration.privacy.searching import search
from orchestration.privacy.stored import batches
from orchestration.privacy.suppression import Entry, Marker, SuppressionList, new_salt
from orchestration.privacy.traces import labels_of, needles_of
from orchestration.protection.categories import Categories
from orchestration.protection.keyring import KeyRing
from orchestration.protection.pseudonyms import Pseudonymiser
from orchestration.publishing.lock import WarehouseLock
from orchestration.publishing.recovery import recover
from orchestration.publishing.versions import base_version
from orchestration.settings import Settings

Progress = Callable[[str, str, int, int], None]


def tools_of(settings: Settings, on: date) -> Tools:
    """What a search of a warehouse needs."""
    keys = KeyRing.load(settings)
    return Tools(
        settings.warehouse,
        keys,
        Marker(keys),
        ErasureRules.load(settings.rules_dir, on),
        Categories.load(settings.rules_dir),
    )


def erase(settings: Settings, subjects: Mapping[str, str], by: str, progress: Progress) -> list[Certificate]:
    """Erase persons, request -> subject, or go on with erasures of these requests; one version is built for all.

    Returns their certificates. Raises ConfigurationError (nobody found, shared value), RunActive, and AuditRefused when
    the version without them does not pass: they stay served until the cause is mended and the command is run again.
    """
    for request in subjects:
        checked_request(request)
    started_at = clock.utc_now()
    with WarehouseLock(settings.warehouse, started_at=started_at, what="erasure") as lock:
        recover(settings.warehouse, lock.previous, started_at)
        refuse_unfinished(settings.warehouse)
        KeyRing.load(settings).settle(started_at)
        erasures = [_Erasure(settings, request, by, lock, progress) for request in subjects]
        # All are found before anybody is touched: a list with a mistake changes nothing.
        for erasure in erasures:
            erasure.prepare(subjects[erasure.request], started_at)
        _refuse_twice(erasures)
        for erasure in erasures:
            erasure.begin(started_at)
        _publish(settings, [item for item in erasures if item.journal.step == "rewritten"], lock, progress)
        for erasure in erasures:
            erasure.end()
        finish(erasures[0].tools, clock.utc_now())
    return [read_certificate(settings.warehouse, request) for request in subjects]


def _refuse_twice(erasures: "list[_Erasure]") -> None:
    """Raise ConfigurationError when two requests are about the same person: one erasure answers one of them."""
    met: dict[tuple[str, str], str] = {}
    for erasure in erasures:
        for record in sorted(erasure.person.records):
            if other := met.get(record):
                raise ConfigurationError(
                    f"Requests {other} and {erasure.request} are about the same person.",
                    "list the person once.",
                )
            met[record] = erasure.request


def _publish(settings: Settings, erasures: "list[_Erasure]", lock: WarehouseLock, progress: Progress) -> None:
    """Build the served date from the new batches and publish it; finished dates lose the persons' rows."""
    if not erasures:
        return
    # Imported here: dbt takes a second to load, which a warehouse without a version need not wait for.
    from orchestration.night import Night, NightRequest

    served, version, rows = base_version(settings.warehouse), None, 0
    if served is not None:
        keys = {key for erasure in erasures for key in erasure.journal.customer_keys}
        names = "|".join(erasure.request for erasure in erasures)
        request = NightRequest(settings, served.manifest.as_of_date, lands=False)
        with Night.open(request, progress, held=lock) as night:
            stood_in, rows = history.without(
                settings.warehouse,
                served.manifest.history,
                keys,
                names,
                lambda step: progress("history", step, 0, 0),
            )
            night.replace_history(stood_in)
            night.plan()
            night.build()
            night.export()
            night.audit()
            version = night.publish().name
    for erasure in erasures:
        erasure.journal.version = version
        erasure.journal.count("rows of finished dates removed (of all persons erased together)", rows)
        erasure.step("published")


class _Erasure:
    """The erasure of one person under the lock."""

    journal: Journal | None = None
    person: Person

    def __init__(
        self, settings: Settings, request: str, by: str, lock: WarehouseLock, progress: Progress
    ) -> None:
        self.settings, self.warehouse, self.request = settings, settings.warehouse, request
        self.by, self.lock, self.progress = by, lock, progress
        self.keys = KeyRing.load(settings)

    def prepare(self, subject: str, started_at: datetime) -> None:
        """Find the person, or read who it was. Raises ConfigurationError: nobody found, or erased before."""
        self.list = SuppressionList.read(self.warehouse) or SuppressionList()
        self.tools = tools_of(self.settings, started_at.date())
        self.journal = Journal.read(self.warehouse, self.request, self.keys)
        if self.journal is None and self.list.entry(self.request):
            raise ConfigurationError(
                f"Request {self.request} was carried out already.",
                f"see `crw privacy verify {self.request}`; another person needs another request.",
            )
        if self.journal is not None:
            self.person = self.journal.person
            return
        self._note("search", "")
        self.person = find_person(subject, self.tools)
        if not self.person.is_known:
            raise ConfigurationError(
                f"Nobody is found under what was given for request {self.request}.",
                "check the value, or give source:id; `crw privacy requests` lists who was erased before.",
            )

    def begin(self, started_at: datetime) -> None:
        """Suppress the person and write the batches anew; what was done before is not done again."""
        # Erasures carried out together each wrote the list.
        self.list = SuppressionList.read(self.warehouse) or SuppressionList()
        self.tools = tools_of(self.settings, started_at.date())
        if self.journal is None:
            self.journal = self._begin_journal(started_at)
        if self.journal.step == "found":
            self._rewrite()

    def end(self) -> None:
        """Search again, certify, and forget who it was."""
        self._note("verify", "")
        certificate = certify(self.settings, self.tools, self.journal)
        note_access(self.keys, "erase", self.request, self.by, f"erased: {certificate.records} records")
        self.journal.remove(self.warehouse)

    def _begin_journal(self, started_at: datetime) -> Journal:
        """Put the person's marks on the list, and note what the warehouse holds."""
        person = self.person
        entry = Entry(request=self.request, erased_on=started_at.date(), salt=new_salt())
        put_on_entry(person, entry, self._kept_spaces(person, entry), self.tools.marker)
        labels = sorted(labels_of(person, Pseudonymiser(self.keys)))
        served = base_version(self.warehouse)
        keys = history.customer_keys(self.warehouse, served.manifest.history if served else {}, labels)
        journal = Journal(
            request=self.request,
            by=self.by,
            started_at=clock.iso(started_at),
            records=sorted(person.records),
            values=person.values,
            names=person.names,
            full_names=person.full_names,
            labels=labels,
            customer_keys=sorted(keys) if labels else [],
        )
        journal.found = search(self.warehouse, needles_of(journal), self.keys).document()
        journal.entries = delivered.register_entries(self.warehouse, self.request)
        journal.landing = delivered.lines_in_landing(self.settings, self.tools, person, entry)
        entry.cells = sorted(map(self.tools.marker.of_cell, needles_of(journal).cells))
        # The journal before the list: a list without one could not be carried through.
        journal.write(self.warehouse, self.keys)
        self._list_entry(entry)
        return journal

    def _kept_spaces(self, person: Person, entry: Entry) -> set[str]:
        """Name spaces of the person's customers under which something has to be kept by law."""
        spaces = {space for space, _ in person.records if space.endswith(CUSTOMER)}
        put_on_entry(person, entry, spaces, self.tools.marker)
        kept = set()
        for batch, _, judge, found in judged(self.tools, wanted_of(person, entry, self.tools)):
            documents = {
                ref.refers_to for ref in found.rules if ref.treatment == "keep" and ref is not judge.own
            }
            kept |= documents & spaces if batch.rows.num_rows else set()
        entry.ids.clear()
        return kept

    def _list_entry(self, entry: Entry) -> None:
        if self.list.entry(self.request) is None:
            self.list.entries.append(entry)
            self.list.write(self.warehouse)

    def _rewrite(self) -> None:
        """Batches anew, the ledger after them, and away with what it no longer names."""
        entry = self.list.entry(self.request)
        if entry is None:  # killed between journal and list
            person = self.journal.person
            entry = Entry(
                request=self.request,
                erased_on=clock.parse_moment(self.journal.started_at).date(),
                salt=new_salt(),
            )
            put_on_entry(person, entry, self._kept_spaces(person, entry), self.tools.marker)
            entry.cells = sorted(map(self.tools.marker.of_cell, needles_of(self.journal).cells))
            self._list_entry(entry)
        wanted = wanted_of(self.journal.person, entry, self.tools)
        rewriter = Rewriter(self.tools, self.journal.person, self.request)
        known = list(batches(self.warehouse))
        for done, batch in enumerate(known):
            self._note("rewrite", f"{batch.load.source}.{batch.load.entity}", done, len(known))
            judge = self.tools.judge(batch, wanted)
            cells = self.tools.cells(batch)
            found = judge.judge(cells, batch.rows.num_rows)
            successor = rewriter.write(batch, cells, judge, found)
            if successor:
                self.journal.count("raw rows removed", successor.removed)
                self.journal.count("raw rows changed", successor.changed)
                self.journal.count("clear values removed from the vault", successor.vault_rows)
                self.journal.count("batches written anew", 1)
                self._keep(found.rules, found.kept)
                # One batch at a time: a kill leaves whole batches, done or not done.
                rename_in_ledger(self.warehouse, [successor])
                self.journal.write(self.warehouse, self.keys)
        self.journal.count("landed files removed", sum(1 for _ in remove_unnamed(self.warehouse)))
        for path in sorted((self.warehouse / "builds").glob("*")):
            remove_tree(path)
            self.journal.count("builds removed", 1)
        self.step("rewritten")

    def _keep(self, rules: dict, kept: set[int]) -> None:
        for reference in rules if kept else ():
            if reference.treatment == "keep":
                self.journal.kept.append(
                    {
                        "source": reference.source,
                        "entity": reference.entity,
                        "rows": rules[reference],
                        "legal_basis": reference.legal_basis,
                        "standard": reference.standard,
                    }
                )

    def step(self, step: str) -> None:
        """Note a finished step."""
        self.journal.step = step  # type: ignore[assignment]
        self.journal.write(self.warehouse, self.keys)

    def _note(self, phase: str, step: str, done: int = 0, total: int = 0) -> None:
        self.lock.note(phase=phase)
        self.progress(phase, step, done, total)
