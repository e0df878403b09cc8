"""Finds a person in what was landed: from a value, a pseudonym or a record id to all records of the same person."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from orchestration.errors import ConfigurationError
from orchestration.privacy.matching import NAME_DOMAIN, STRONG, Hit, Judge, Judgement, Wanted
from orchestration.privacy.references import ANY_CUSTOMER, CUSTOMER, ErasureRules
from orchestration.privacy.stored import Batch, StoredCells, batches
from orchestration.privacy.suppression import Entry, Marker
from orchestration.protection.categories import Categories
from orchestration.protection.keys import Keys
from orchestration.protection.pseudonyms import Pseudonymiser

_PARTS = re.compile(r"[,;|，；]")
_PSEUDONYM = re.compile(r"[a-p]{32}")
_WAY_OUT = (
    "give an e-mail address, a phone or ID number (with the name where several share it), a pseudonym,"
    " or source:id."
)


@dataclass
class Person:
    """All that leads to one person. `records`: name space, clear id; `values`: domain -> pseudonym -> clear value."""

    records: set[tuple[str, str]] = field(default_factory=set)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    full_names: dict[str, str] = field(default_factory=dict)

    @property
    def is_known(self) -> bool:
        """Whether anything was found."""
        return bool(self.records)

    @property
    def clear_values(self) -> list[tuple[str, str]]:
        """Every (domain, clear value) known, names included."""
        strong = [
            (domain, value) for domain, found in self.values.items() for value in found.values() if value
        ]
        return sorted({*strong, *((NAME_DOMAIN, value) for value in self.names.values() if value)})

    @property
    def size(self) -> int:
        """How much is known: a search ends when it no longer grows."""
        return len(self.records) + len(self.names) + sum(map(len, self.values.values()))


@dataclass(frozen=True)
class Tools:
    """What searching a warehouse for a person needs."""

    warehouse: Path
    keys: Keys
    marker: Marker
    rules: ErasureRules
    categories: Categories

    def judge(self, batch: Batch, wanted: Wanted) -> Judge:
        """The judge of a batch's entity."""
        references = self.rules.of(batch.load.source, batch.load.entity)
        return Judge(batch.spec, references, self.categories, wanted)

    def cells(self, batch: Batch) -> StoredCells:
        """The cells of a stored batch."""
        return StoredCells(batch, batch.clear(self.keys), self.marker, self.categories)


@dataclass(frozen=True)
class Given:
    """What was said of the person."""

    values: dict[str, dict[str, str]]
    names: dict[str, str]
    ids: list[tuple[str | None, str]]
    keys: set[str]


def read_subject(subject: str, pseudonyms: Pseudonymiser) -> Given:
    """Tell what a subject may be: parts divided by commas, each a value, a name, a pseudonym or an id.

    Raises ConfigurationError for a name alone.
    """
    values: dict[str, dict[str, str]] = {}
    names: dict[str, str] = {}
    ids: list[tuple[str | None, str]] = []
    keys: set[str] = set()
    for part in filter(None, (text.strip() for text in _PARTS.split(subject))):
        digits = sum(sign.isdigit() for sign in part)
        source, colon, rest = part.partition(":")
        if "@" in part:
            values.setdefault("email", {})[pseudonyms.key("email", part)] = part
        elif _PSEUDONYM.fullmatch(part):
            keys.add(part)
        elif colon and rest and re.fullmatch(r"[a-z_]+", source):
            ids.append((source, rest))
        elif digits >= 5:
            for domain in sorted(STRONG - {"email"}):
                values.setdefault(domain, {})[pseudonyms.key(domain, part)] = part
            ids.append((None, part))
        else:
            names[pseudonyms.key(NAME_DOMAIN, part)] = part
    if not (values or ids or keys):
        raise ConfigurationError("A name alone does not tell one person from another.", _WAY_OUT)
    return Given(values, names, ids, keys)


def find_person(subject: str, tools: Tools) -> Person:
    """Find every record of the person. Raises ConfigurationError: a bare name, or a value that several people share."""
    search = _Search(tools, read_subject(subject, Pseudonymiser(tools.keys)))
    search.seed()
    while search.grow():
        pass
    return search.person


class _Search:
    """The records of persons of all batches, searched until nothing new turns up."""

    def __init__(self, tools: Tools, given: Given) -> None:
        self.tools, self.given, self.person = tools, given, Person()
        self._wanted = Wanted(self._learn)
        self._held: list[tuple[Batch, StoredCells, Judge]] = []
        for batch in batches(tools.warehouse):
            judge = tools.judge(batch, self._wanted)
            if judge.holds_persons:
                self._held.append((batch, tools.cells(batch), judge))

    def seed(self) -> None:
        """Start from the records that carry what was given. Raises ConfigurationError when their names differ."""
        found: dict[frozenset[str], list[tuple[StoredCells, Judge, int]]] = {}
        for batch, cells, judge in self._held:
            for row in self._given_rows(batch, cells, judge):
                told = frozenset(_names(cells, judge, row))
                if not self.given.names or set(self.given.names) & told:
                    found.setdefault(told, []).append((cells, judge, row))
        whole = {told for told in found if told}
        if any(a.isdisjoint(b) for a in whole for b in whole):
            raise ConfigurationError(
                f"{len(whole)} people with different names share what was given.",
                "add the name: 'NAME, VALUE'.",
            )
        self._follow(self.given.values, self.given.names)
        for rows in found.values():
            for cells, judge, row in rows:
                self._take(cells, judge, row)

    def grow(self) -> bool:
        """One more round through all records; whether anything new was found."""
        before = self.person.size
        for batch, cells, judge in self._held:
            self._cells = cells
            found = judge.judge(cells, batch.rows.num_rows)
            joined = [row for alias in judge.aliases for row in found.blank.get(alias.column, ())]
            for row in {*found.own, *joined}:
                self._take(cells, judge, row)
        return self.person.size > before

    def _given_rows(self, batch: Batch, cells: StoredCells, judge: Judge) -> set[int]:
        own = next(
            r for r in self.tools.rules.of(batch.load.source, batch.load.entity) if r.is_own(batch.spec.key)
        )
        wanted = {
            self.tools.marker.of_id(own.refers_to, text)
            for source, text in self.given.ids
            if source in (None, batch.load.source)
        }
        rows = _rows(cells.ids(own.column, own.refers_to), wanted)
        for column in {*judge.strong_columns(), *judge.name_columns()}:
            domain = judge.domain(column)
            keys = {*self.given.values.get(domain, {}), *self.given.keys}
            struck = _rows(cells.values(column, domain), keys)
            # The value on an organisation's record makes the organisation no person.
            rows |= {r for r in struck if not own.names_customer or _names(cells, judge, r)}
        return rows

    def _take(self, cells: StoredCells, judge: Judge, row: int) -> None:
        """Take a record as the person's: its id, names and values."""
        own = judge.own
        assert own, "a record of persons has an own id"
        ids = cells.ids(own.column, own.refers_to)
        if ids is not None and ids[row].is_valid:
            mark = ids[row].as_py()
            self.person.records.add((own.refers_to, cells.texts[mark]))
            self._want(own.refers_to, cells.texts[mark])
        for alias in judge.aliases:
            named = cells.ids(alias.column, alias.refers_to)
            if named is not None and named[row].is_valid:
                self._want(alias.refers_to, cells.texts[named[row].as_py()])
        names, values = {}, {}
        for column in judge.name_columns():
            if key := _at(cells.values(column, NAME_DOMAIN), row):
                names[key] = cells.reveal(key)
                if judge.is_whole_name(column):
                    self.person.full_names[key] = cells.reveal(key)
        for column in judge.strong_columns():
            domain = judge.domain(column)
            if key := _at(cells.values(column, domain), row):
                values.setdefault(domain, {})[key] = cells.reveal(key)
        self._follow(values, names)

    def _want(self, name_space: str, text: str) -> None:
        """Look for an id in its name space; for a customer's also wherever another system may name it."""
        spaces = {name_space}
        if name_space.endswith(CUSTOMER):
            spaces.add(ANY_CUSTOMER)
        if name_space == ANY_CUSTOMER:
            spaces |= {
                ref.refers_to for _, _, judge in self._held if (ref := judge.own) and ref.names_customer
            }
        for mark in (self.tools.marker.of_id(space, text) for space in spaces):
            self._wanted.ids[mark] = Hit("", None)

    def _follow(self, values: dict[str, dict[str, str]], names: dict[str, str]) -> None:
        for domain, found in values.items():
            self.person.values.setdefault(domain, {}).update(found)
            self._wanted.values.setdefault(domain, {}).update(dict.fromkeys(found, ""))
        self.person.names.update(names)
        self._wanted.names[""] = set(self.person.names)

    def _learn(self, name_space: str, mark: str, request: str, keeps: bool) -> Hit:
        hit = Hit(request, None)
        self._wanted.ids[mark] = hit
        return hit


def wanted_of(person: Person, entry: Entry, tools: Tools) -> Wanted:
    """Whom to look for in what is stored: the person's pseudonyms, with the marks the door knows it by."""
    marker = tools.marker
    wanted = Wanted(lambda *_: Hit(entry.request, None))
    wanted.ids = {mark: Hit(entry.request, marker.token(entry, mark)) for mark in entry.ids}
    for domain, found in person.values.items():
        wanted.values[domain] = {key: entry.request for key, value in found.items() if value}
    wanted.names[entry.request] = set(person.names)
    wanted.full_names = {key for key, value in person.full_names.items() if value}
    return wanted


def put_on_entry(person: Person, entry: Entry, kept: set[str], marker: Marker) -> None:
    """Write a person's marks onto an entry; `kept` are the name spaces whose records stay under a fresh key."""
    for name_space, text in person.records:
        marker.add_record(entry, name_space, text, keeps=name_space in kept)
    strong = {(d, v) for d, v in person.clear_values if d != NAME_DOMAIN}
    entry.values = sorted(f"{domain}:{marker.of_value(domain, value)}" for domain, value in strong)
    entry.names = sorted({marker.of_value(NAME_DOMAIN, value) for value in person.names.values() if value})
    entry.full_names = sorted({marker.of_value(NAME_DOMAIN, v) for v in person.full_names.values() if v})


def judged(tools: Tools, wanted: Wanted) -> "list[tuple[Batch, StoredCells, Judge, Judgement]]":
    """Every batch in which something is about the wanted person."""
    found = []
    for batch in batches(tools.warehouse):
        judge = tools.judge(batch, wanted)
        cells = tools.cells(batch)
        judgement = judge.judge(cells, batch.rows.num_rows)
        if judgement.touched:
            found.append((batch, cells, judge, judgement))
    return found


def _names(cells: StoredCells, judge: Judge, row: int) -> set[str]:
    return {key for column in judge.name_columns() if (key := _at(cells.values(column, NAME_DOMAIN), row))}


def _at(array: pa.Array | None, row: int) -> str | None:
    return None if array is None else array[row].as_py()


def _rows(array: pa.Array | None, wanted: set[str]) -> set[int]:
    if array is None or not wanted:
        return set()
    return {row for row, text in enumerate(array.to_pylist()) if text in wanted}
