"""The door for erased persons: their rows do not load again, and what is kept by law loads under its fresh key."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.landing.readers.base import LINE, BadRow
from orchestration.landing.spec import ColumnSpec, EntitySpec
from orchestration.privacy.matching import NAME_DOMAIN, Hit, Judge, Judgement, Wanted
from orchestration.privacy.references import ErasureRules
from orchestration.privacy.suppression import Entry, Marker, SuppressionList
from orchestration.protection import columns
from orchestration.protection.categories import Categories
from orchestration.protection.detectors import normalise
from orchestration.protection.keys import Keys
from orchestration.protection.protector import DOMAINS

REASON = "suppressed"
RULE = "a person who was not erased, or a basis newer than the erasure"
# Stands where the name of a person was in a record that is kept.
ERASED = "erased"
CONSENTS = {
    ("zoho_crm", "consents"): ("consent_date", "withdrawn_date"),
    ("files", "consents"): ("given_date", "withdrawn_date"),
}


@dataclass(frozen=True)
class Passed:
    """What passes of a batch that the erased are in: clear cells without them, and the lines that stay out.

    `withheld`: the protected rows of those lines, for what is counted over the whole file.
    """

    batch: pa.RecordBatch
    suppressed: list[BadRow]
    withheld: pa.RecordBatch


class Suppressor:
    """Holds the suppression list while a delivery lands; learns records found by their values, lifts by consent."""

    def __init__(
        self,
        warehouse: Path,
        entries: SuppressionList,
        marker: Marker,
        rules: ErasureRules,
        categories: Categories,
    ) -> None:
        self._warehouse, self._list, self._marker = warehouse, entries, marker
        self._rules, self._categories = rules, categories
        self._before = entries.model_dump_json()
        self._judges: dict[str, Judge] = {}
        self._wanted = self._collect()

    @classmethod
    def open(
        cls, warehouse: Path, keys: Keys, rules: ErasureRules, categories: Categories
    ) -> "Suppressor | None":
        """The suppressor of a warehouse; None when nobody is suppressed. Raises CrwError for an unreadable list."""
        entries = SuppressionList.read(warehouse)
        if entries is None or not entries.active:
            return None
        return cls(warehouse, entries, Marker(keys), rules, categories)

    @property
    def fingerprint(self) -> str:
        """Hash of whom is suppressed now."""
        return self._list.fingerprint

    def order(self, spec: EntitySpec) -> int:
        """Consents first, they may lift; then records of persons, they may teach; then all that refers to them."""
        if (spec.source, spec.entity) in CONSENTS:
            return 0
        return 1 if self._judge(spec).holds_persons else 2

    def apply(self, batch: pa.RecordBatch, protected: pa.RecordBatch, spec: EntitySpec) -> Passed | None:
        """Judge clear cells (`batch`) and what protection made of them; None when nothing is about an erased person."""
        found = self.judge(batch, protected, spec)
        if not found.touched:
            return None
        lines = batch.column(LINE).to_pylist()
        suppressed = [BadRow(lines[row], None, RULE, REASON) for row in sorted(found.removed)]
        withheld = protected.filter(pc.invert(found.staying))
        return Passed(_edited(batch, spec, self._categories, found), suppressed, withheld)

    def judge(self, batch: pa.RecordBatch, protected: pa.RecordBatch, spec: EntitySpec) -> Judgement:
        """What is about erased persons in a batch at the door."""
        cells = _DoorCells(batch, protected, spec, self._marker)
        if (spec.source, spec.entity) in CONSENTS and self._lift(spec, batch, cells):
            self._wanted = self._collect()
        self._clear = cells.clear
        found = self._judge(spec).judge(cells, batch.num_rows)
        self._words(batch, spec, found)
        return found

    def _words(self, batch: pa.RecordBatch, spec: EntitySpec, found: Judgement) -> None:
        """Empty texts that quote an address or number of an erased person; a name in a text is not recognised."""
        for column in self._judge(spec).columns_of("vault_only"):
            array = batch.column(column.name).cast(pa.string())
            for text, spans in columns.hits(array).items():
                for span in spans:
                    domain = DOMAINS.get(span.pattern, span.pattern)
                    value = normalise(text)[span.start : span.end]
                    mark = self._marker.of_value(domain, value)
                    if mark in self._wanted.values.get(domain, {}):
                        for row in pc.indices_nonzero(pc.fill_null(pc.equal(array, text), False)).to_pylist():
                            found.empty(column.name, row)

    def settle(self) -> None:
        """Keep what was learned and lifted, once the delivery is in the ledger."""
        if self._list.model_dump_json() != self._before:
            self._list.write(self._warehouse)

    def _judge(self, spec: EntitySpec) -> Judge:
        if spec.fingerprint not in self._judges or self._judges[spec.fingerprint].wanted is not self._wanted:
            references = self._rules.of(spec.source, spec.entity)
            self._judges[spec.fingerprint] = Judge(spec, references, self._categories, self._wanted)
        return self._judges[spec.fingerprint]

    def _collect(self) -> Wanted:
        wanted = Wanted(self._learn)
        for entry in self._list.active:
            wanted.ids |= {mark: self._hit(entry, mark) for mark in entry.ids}
            for value in entry.values:
                domain, _, mark = value.partition(":")
                wanted.values.setdefault(domain, {})[mark] = entry.request
            wanted.names[entry.request] = set(entry.names)
            wanted.full_names |= set(entry.full_names)
        return wanted

    def _hit(self, entry: Entry, mark: str) -> Hit:
        return Hit(entry.request, self._marker.token(entry, mark))

    def _learn(self, name_space: str, mark: str, request: str, keeps: bool) -> Hit:
        entry = self._list.entry(request)
        assert entry is not None, "a wanted person is on the list"
        known = set(entry.ids)
        self._marker.add_record(entry, name_space, self._clear[mark], keeps=keeps)
        for new in set(entry.ids) - known:
            self._wanted.ids[new] = self._hit(entry, new)
        return self._wanted.ids[mark]

    def _lift(self, spec: EntitySpec, batch: pa.RecordBatch, cells: "_DoorCells") -> bool:
        """Lift persons who consented after their erasure and did not withdraw. Returns whether anybody was."""
        given_name, withdrawn_name = CONSENTS[spec.source, spec.entity]
        given, withdrawn = batch.column(given_name).to_pylist(), batch.column(withdrawn_name).to_pylist()
        lifted = False
        for row, request in self._persons(spec, cells, batch.num_rows):
            entry, day = self._list.entry(request), _day(given[row], spec.column(given_name))
            if (
                entry
                and entry.is_active
                and day
                and day > entry.erased_on
                and not (withdrawn[row] or "").strip()
            ):
                entry.lifted_on, entry.basis, lifted = day, "consent", True
        return lifted

    def _persons(self, spec: EntitySpec, cells: "_DoorCells", size: int) -> list[tuple[int, str]]:
        found = []
        for reference in self._rules.of(spec.source, spec.entity):
            marks = cells.ids(reference.column, reference.refers_to)
            ids = self._wanted.ids
            found += [(row, ids[mark].request) for row, mark in enumerate(marks.to_pylist()) if mark in ids]
        for column in self._judge(spec).strong_columns():
            domain = self._judge(spec).domain(column)
            wanted = self._wanted.values.get(domain, {})
            marks = cells.values(column, domain)
            found += [(row, wanted[mark]) for row, mark in enumerate(marks.to_pylist()) if mark in wanted]
        return found


class _DoorCells:
    """Marks of clear cells, each distinct text once; `clear` leads back from a mark while the batch is at the door."""

    def __init__(
        self, batch: pa.RecordBatch, protected: pa.RecordBatch, spec: EntitySpec, marker: Marker
    ) -> None:
        self._batch, self._protected, self._spec, self._marker = batch, protected, spec, marker
        self._made: dict[tuple[str, str], pa.Array] = {}
        self.clear: dict[str, str] = {}

    def ids(self, column: str, name_space: str) -> pa.Array:
        prefix = self._spec.column(column).strip_prefix

        def mark(text: str) -> str:
            plain = text.removeprefix(prefix)
            made = self._marker.of_id(name_space, plain)
            self.clear[made] = plain
            return made

        return self._marks(column, name_space, mark)

    def values(self, column: str, domain: str) -> pa.Array:
        marks = self._marks(column, domain, lambda text: self._marker.of_value(domain, text))
        names = self._protected.schema.names
        if domain == NAME_DOMAIN and f"{column}_masked" not in names and f"{column}_key" in names:
            # A name that is kept unless it is a person's: only the person's counts.
            return pc.if_else(
                pc.is_valid(self._protected.column(f"{column}_key")), marks, pa.scalar(None, pa.string())
            )
        return marks

    def _marks(self, column: str, kind: str, mark) -> pa.Array:
        if (column, kind) not in self._made:
            trimmed = pc.utf8_trim_whitespace(self._batch.column(column).cast(pa.string()))
            encoded = pc.if_else(
                pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed
            ).dictionary_encode()
            marks = [mark(text) for text in encoded.dictionary.to_pylist()]
            self._made[column, kind] = pa.array(marks, pa.string()).take(encoded.indices)
        return self._made[column, kind]


def _edited(
    batch: pa.RecordBatch, spec: EntitySpec, categories: Categories, found: Judgement
) -> pa.RecordBatch:
    """The clear batch as if the source had exported it without the person."""
    cells_by_name = {}
    for name in batch.schema.names:
        array = batch.column(name)
        if name in found.blank or name in found.rename:
            cells = array.to_pylist()
            named = categories.of_landed(spec.column(name)).treatment == "keep_or_mask"
            for row in found.blank.get(name, ()):
                cells[row] = ERASED if named and cells[row] else None
            for row, token in found.rename.get(name, {}).items():
                cells[row] = token
            array = pa.array(cells, pa.string())
        cells_by_name[name] = array
    edited = pa.RecordBatch.from_pydict(cells_by_name)
    undeclared = [name for name in batch.schema.names if name != LINE and name not in set(spec.column_names)]
    for name in undeclared:
        # Nobody said what an undeclared column holds: beside a person it goes.
        touched = pa.array([row in found.touched for row in range(found.size)])
        position = edited.schema.get_field_index(name)
        blanked = pc.if_else(touched, pa.scalar(None, pa.string()), edited.column(name).cast(pa.string()))
        edited = edited.set_column(position, name, blanked)
    return edited.filter(found.staying)


def _day(text: str | None, column: ColumnSpec) -> date | None:
    for pattern in column.formats or ["%Y-%m-%d"]:
        try:
            return datetime.strptime((text or "").strip(), pattern).date()  # noqa: DTZ007
        except ValueError:
            continue
    return None
