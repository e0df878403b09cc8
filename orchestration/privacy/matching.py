"""Which rows of a landed entity are about a person, and what becomes of them: one policy for door and warehouse.

The door compares keyed marks of clear cells, the search pseudonyms of stored cells: both give them through `Cells`.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.landing.spec import ColumnSpec, EntitySpec
from orchestration.privacy.references import SELF, Reference
from orchestration.protection.categories import UNKNOWN, Categories, Category

# What belongs to one person alone, or nearly: a name does not.
STRONG = frozenset({"email", "phone", "tax_id", "id_number", "bank_account"})
NAME_DOMAIN = "person_name"
_NOT_THE_PERSONS = frozenset({"employee_name"})
# Half a name agrees with too many people.
_PARTS_OF_NAMES = frozenset({"first_name", "last_name"})


@dataclass(frozen=True)
class Hit:
    """A record id of a wanted person: whose it is, and the fresh id if its rows are kept."""

    request: str
    token: str | None


class Cells(Protocol):
    """What of one batch is compared; null where there is nothing. `values` of a name: only a person's.

    `ids` are marks, `values` what the search compares: marks at the door, pseudonyms in what is stored.
    """

    def ids(self, column: str, name_space: str) -> pa.Array | None: ...

    def values(self, column: str, domain: str) -> pa.Array | None: ...


@dataclass
class Wanted:
    """Whom to look for. `values`: domain -> text -> request, `full_names` of all, `names` by request.

    `learn(name space, mark, request, keeps)` puts a record found by its values on the list, so that other files follow.
    """

    learn: Callable[[str, str, str, bool], Hit]
    ids: dict[str, Hit] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    names: dict[str, set[str]] = field(default_factory=dict)
    full_names: set[str] = field(default_factory=set)


@dataclass
class Judgement:
    """What becomes of the rows of one batch, by position; `own` are the person's own records.

    `blank` and `rename`: column -> rows to empty, or row -> fresh id. `rules`: how many rows each reference led to.
    """

    size: int
    removed: set[int] = field(default_factory=set)
    kept: set[int] = field(default_factory=set)
    unlinked: set[int] = field(default_factory=set)
    own: dict[int, str] = field(default_factory=dict)
    blank: dict[str, set[int]] = field(default_factory=dict)
    rename: dict[str, dict[int, str]] = field(default_factory=dict)
    rules: dict[Reference, int] = field(default_factory=dict)

    @property
    def touched(self) -> set[int]:
        """Rows that do not stay as they are."""
        columns = [*self.blank.values(), *(set(rows) for rows in self.rename.values())]
        return self.removed.union(self.kept, self.unlinked, *columns)

    @property
    def staying(self) -> pa.Array:
        """Mask of the rows that are not removed."""
        return pa.array([row not in self.removed for row in range(self.size)], pa.bool_())

    def empty(self, column: str, row: int) -> None:
        """Mark one cell to be emptied."""
        self.blank.setdefault(column, set()).add(row)


class Judge:
    """Judges the batches of one entity."""

    def __init__(
        self, spec: EntitySpec, references: list[Reference], categories: Categories, wanted: Wanted
    ) -> None:
        self.spec, self.wanted = spec, wanted
        self._references = [reference for reference in references if reference.refers_to != SELF]
        self._selves = [reference.column for reference in references if reference.refers_to == SELF]
        self._own = next((r for r in self._references if r.is_own(spec.key)), None)
        self._categories = {column.name: categories.of_landed(column) for column in spec.columns}
        self.unknown = categories[UNKNOWN]

    @property
    def own(self) -> Reference | None:
        """The reference to the entity's own records, when they are (or may be) persons."""
        return self._own

    @property
    def aliases(self) -> list[Reference]:
        """References of a customer's own record to itself in another system; a parent is another customer."""
        if self._own is None or not self._own.names_customer:
            return []
        others = [r for r in self._references if r.names_customer and r is not self._own]
        return [reference for reference in others if not reference.column.startswith("parent")]

    @property
    def holds_persons(self) -> bool:
        """Whether the entity's own records are persons (or may be: customers)."""
        return self._own is not None

    def judge(self, cells: Cells, size: int) -> Judgement:
        """Decide about every row of a batch of `size` rows."""
        found = Judgement(size)
        linked: dict[int, list[tuple[Reference, Hit]]] = {}
        for reference in self._references:
            hits = self.wanted.ids
            for row, mark in _matches(cells.ids(reference.column, reference.refers_to), hits):
                linked.setdefault(row, []).append((reference, hits[mark]))
        if self._own:
            for row, hit in self._by_values(cells, linked):
                linked.setdefault(row, []).append((self._own, hit))
        for row, links in linked.items():
            self._treat(found, row, links)
        self._mentions(cells, found)
        return found

    def columns_of(self, *treatments: str) -> list[ColumnSpec]:
        """Columns whose category is treated in one of these ways."""
        return [c for c in self.spec.columns if self._categories[c.name].treatment in treatments]

    def category(self, column: str) -> Category:
        """Data category of a column."""
        return self._categories[column]

    def domain(self, column: str) -> str:
        """Pseudonym domain of a column."""
        return self._categories[column].domain

    def is_whole_name(self, column: str) -> bool:
        """Whether a column holds the name of a person in full."""
        return self.domain(column) == NAME_DOMAIN and column not in _PARTS_OF_NAMES

    def name_columns(self) -> list[str]:
        """Columns that may hold the names of the entity's own persons."""
        named = self.columns_of("pseudonymise", "keep_or_mask")
        return [
            c.name for c in named if self.domain(c.name) == NAME_DOMAIN and not self._is_employees(c.name)
        ]

    def strong_columns(self) -> list[str]:
        """Columns whose values belong to one person."""
        return [
            c.name for c in self.columns_of("pseudonymise", "vault_only") if self.domain(c.name) in STRONG
        ]

    def _is_employees(self, column: str) -> bool:
        return self._categories[column].category in _NOT_THE_PERSONS

    def _by_values(
        self, cells: Cells, linked: dict[int, list[tuple[Reference, Hit]]]
    ) -> Iterator[tuple[int, Hit]]:
        """Own records found by a value of their own, when no name on them says otherwise: a switchboard is shared.

        The contact of a sole trader with the trader's own phone is the trader, whatever name stands there; and a sole
        trader with both the e-mail and the phone of a person is that person under a trade name.
        """
        assert self._own
        known = {row for row, links in linked.items() if any(ref is self._own for ref, _ in links)}
        candidates: dict[int, dict[str, set[str]]] = {}
        for column in self.strong_columns():
            domain = self.domain(column)
            wanted = self.wanted.values.get(domain, {})
            for row, text in _matches(cells.values(column, domain), wanted):
                if row not in known:
                    candidates.setdefault(row, {}).setdefault(wanted[text], set()).add(domain)
        if not candidates:
            return
        names = [cells.values(column, NAME_DOMAIN) for column in self.name_columns()]
        ids = cells.ids(self._own.column, self._own.refers_to)
        for row, requests in sorted(candidates.items()):
            told = {array[row].as_py() for array in names if array is not None} - {None}
            if self._own.names_customer and not told:
                continue  # an organisation: only the value itself is the person's
            for request in sorted(requests):
                belongs = any(hit.request == request for _, hit in linked.get(row, ()))
                agrees = belongs or told <= self.wanted.names.get(request, set())
                agrees |= self._own.names_customer and len(requests[request]) > 1
                if agrees and ids is not None and ids[row].is_valid:
                    keeps = self._own.treatment == "keep"
                    yield row, self.wanted.learn(self._own.refers_to, ids[row].as_py(), request, keeps)
                    break

    def _treat(self, found: Judgement, row: int, links: list[tuple[Reference, Hit]]) -> None:
        for reference, hit in links:
            found.rules[reference] = found.rules.get(reference, 0) + 1
            if reference is self._own:
                found.own[row] = hit.request
        goes = [r for r, hit in links if r.treatment == "remove" or (r.treatment == "keep" and not hit.token)]
        if goes:
            found.removed.add(row)
            return
        for reference, hit in links:
            if reference.treatment == "keep":
                found.kept.add(row)
                for column in self._selves:
                    found.empty(column, row)
                self._strip(found, row, whole=True)
            elif not reference.names_customer:
                found.unlinked.add(row)
                self._strip(found, row, whole=False)
            if reference.names_customer and hit.token:
                found.rename.setdefault(reference.column, {})[row] = hit.token
            else:
                found.empty(reference.column, row)

    def _strip(self, found: Judgement, row: int, *, whole: bool) -> None:
        """Empty what is personal in a row that stays; `whole`: also name and tax id, the row is a person's."""
        for column in self.columns_of("pseudonymise", "vault_only", *(["keep_or_mask"] if whole else [])):
            if not self._is_employees(column.name) and (whole or self.domain(column.name) != "tax_id"):
                found.empty(column.name, row)

    def _mentions(self, cells: Cells, found: Judgement) -> None:
        """Values of the person on rows of others: an organisation's e-mail, who reported a case.

        A value on the record of another person is that person's too, and stays.
        """
        names = [cells.values(column, NAME_DOMAIN) for column in self.name_columns()] if self._own else []
        for column in self.columns_of("pseudonymise", "vault_only"):
            domain = self.domain(column.name)
            wanted: Collection[str]
            if domain in STRONG:
                wanted = self.wanted.values.get(domain, {})
            elif self.is_whole_name(column.name) and not self._own and not self._is_employees(column.name):
                wanted = self.wanted.full_names
            else:
                continue
            for row, _ in _matches(cells.values(column.name, domain), wanted):
                others = any(array is not None and array[row].is_valid for array in names)
                if row not in found.removed and (row in found.kept or not others):
                    found.empty(column.name, row)


def _matches(array: pa.Array | None, wanted: Collection[str]) -> Iterator[tuple[int, str]]:
    if array is None or not wanted:
        return
    struck = pc.fill_null(pc.is_in(array, pa.array(list(wanted), pa.string())), False)
    for row in pc.indices_nonzero(struck).to_pylist():
        yield row, array[row].as_py()
