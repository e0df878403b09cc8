"""Writes the batches of a warehouse anew without a person: raw, quarantine, vault, and the ledger that names them.

Rows are never changed: their successor has the name that the door would give what is left of the file now, whoever was
erased before. A vault file that loses values is another file. The ledger says which request made them. Every step may
be repeated: a successor that is there stays.
"""

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.files import fsync_dir, fsync_file, make_dirs
from orchestration.holds.log import rename_batches
from orchestration.landing.batches import place
from orchestration.landing.checks import Checked
from orchestration.landing.ledger import ControlSum, Load, Rewrite, read_ledger
from orchestration.landing.readers.base import LINE, BadRow
from orchestration.landing.rows import QUARANTINE_SCHEMA, RowStore
from orchestration.privacy.door import ERASED, REASON, RULE
from orchestration.privacy.matching import NAME_DOMAIN, Judge, Judgement
from orchestration.privacy.persons import Person, Tools
from orchestration.privacy.stored import Batch, StoredCells
from orchestration.privacy.suppression import batch_name
from orchestration.protection import masking
from orchestration.protection.detectors import normalise, spans
from orchestration.protection.protector import DOMAINS
from orchestration.protection.pseudonyms import Pseudonymiser
from orchestration.protection.vault import VaultWriter

# A shorter text would be found in the middle of words that have nothing to do with the person.
_SHORTEST_TEXT = 4


@dataclass(frozen=True)
class Successor:
    """A batch written anew: what the ledger says of it now, rows removed or changed, clear values removed."""

    before: Load
    load: Load
    removed: int
    changed: int
    vault_rows: int


class Rewriter:
    """Writes successors of batches for one erasure."""

    def __init__(self, tools: Tools, person: Person, request: str) -> None:
        self.tools, self.person, self.request = tools, person, request
        self._pseudonyms = Pseudonymiser(tools.keys)
        texts = [value for domain, value in person.clear_values if domain != NAME_DOMAIN]
        texts += [value for value in person.full_names.values() if value]
        self._texts = sorted(
            {text.casefold() for text in texts if len(text) >= _SHORTEST_TEXT or not text.isascii()}
        )
        self._keys = {key for found in person.values.values() for key in found} | set(person.names)

    def write(self, batch: Batch, cells: StoredCells, judge: Judge, found: Judgement) -> Successor | None:
        """Write the successor of a batch, or None when nothing in it is the person's."""
        clear = self._cleared(batch, cells.clear, judge, found)
        is_struck = bool(found.touched) or self._quotes
        vault_rows = cells.clear.num_rows - clear.num_rows
        if not is_struck and not vault_rows:
            return None
        load = batch.load
        rows: dict[str, object] = {}
        with tempfile.TemporaryDirectory(prefix=".landing-", dir=self._builds()) as folder:
            if is_struck:
                rows = self._write_rows(batch, judge, found, Path(folder))
            if vault_rows:
                rows["vault_path"] = self._write_vault(
                    load, str(rows.get("batch_id", load.batch_id)), clear, Path(folder)
                )
        removed = len(found.removed)
        after = load.model_copy(
            update={
                **rows,
                "read_id": load.read_id or load.batch_id,
                # No state of the list: the next landing reads the file again, and finds this batch.
                "suppression": f"erasure {self.request}",
                "rows_loaded": load.rows_loaded - removed,
                "rows_quarantined": load.rows_quarantined + removed,
                "rows_suppressed": load.rows_suppressed + removed,
                "rewritten": [*load.rewritten, Rewrite(request=self.request, replaced=load.batch_id or "")],
            }
        )
        changed = len(found.touched - found.removed)
        return Successor(load, after, removed, changed, vault_rows)

    def _builds(self) -> Path:
        make_dirs(self.tools.warehouse / "builds")
        return self.tools.warehouse / "builds"

    def _write_rows(self, batch: Batch, judge: Judge, found: Judgement, work: Path) -> dict[str, object]:
        """Raw and quarantine under the name of what stays; returns what the ledger says of them."""
        load = batch.load
        facts = self._write_raw(batch, judge, found, work)
        new_id = str(facts["batch_id"])
        self._write_quarantine(batch, found, new_id, work)
        for kind in ("raw", "quarantine"):
            path = place(kind, load.source, load.entity, new_id)
            facts[f"{kind}_path"] = self._place(path, work / f"{kind}.parquet")
        return facts

    def _write_vault(self, load: Load, batch_id: str, clear: pa.Table, work: Path) -> str | None:
        """The clear values that stay; erasures that leave the same rows do not leave the same values."""
        path = place("vault", load.source, load.entity, batch_name(batch_id, self.request))
        target = self.tools.warehouse / path
        if clear.num_rows and not target.exists():
            with VaultWriter(work / "vault.parquet", self.tools.keys, target.name) as vault:
                vault.write(clear)
        return self._place(path, work / "vault.parquet")

    def _write_raw(self, batch: Batch, judge: Judge, found: Judgement, work: Path) -> dict[str, object]:
        edited = self._edited(batch, judge, found)
        with duckdb.connect() as connection:
            raw = [name for name in batch.rows.column_names if name not in ("_batch_id", LINE)]
            connection.register("edited", edited)
            connection.execute(
                "create temp view checked as select *, cast(null as varchar) as _bad, false as _out from edited"
            )
            store = RowStore(connection, work, batch.spec, Checked("", {}, raw), "")
            stayed = store.digest()
            store.batch_id = batch_name(batch.load.read_id or batch.load.batch_id or "", stayed)
            store.write_raw()
            sums = [ControlSum(column=c, currency=k, sum=s, rows=n) for c, k, s, n in store.control_sums()]
            first, last = store.date_range()
        # As the ledger writes them: text becomes what its model makes of it.
        checked = Load.model_validate({**batch.load.model_dump(), "first_date": first, "last_date": last})
        return {
            "batch_id": store.batch_id,
            "stayed": stayed,
            "control_sums": sums,
            "first_date": checked.first_date,
            "last_date": checked.last_date,
        }

    def _edited(self, batch: Batch, judge: Judge, found: Judgement) -> pa.Table:
        rows = batch.rows.drop_columns(["_batch_id"])
        columns = {name: rows[name].to_pylist() for name in rows.column_names}
        for column in batch.spec.columns:
            for row in found.blank.get(column.name, ()):
                self._blank(columns, judge, column.name, row)
            for row, token in found.rename.get(column.name, {}).items():
                columns[column.name][row] = token
        table = pa.table({name: pa.array(columns[name], rows.schema.field(name).type) for name in columns})
        return table.filter(found.staying)

    def _blank(self, columns: dict[str, list], judge: Judge, name: str, row: int) -> None:
        """What the door would have written had the source left the cell empty (or written `erased` for a name)."""
        category = judge.category(name)
        if category.treatment == "keep_or_mask":
            if columns[f"{name}_key"][row]:
                columns[name][row] = masking.mask(category.mask, ERASED)
                columns[f"{name}_key"][row] = self._pseudonyms.key(category.domain, ERASED)
            elif columns[name][row]:
                columns[name][row] = ERASED
            return
        for part in (name, f"{name}_key", f"{name}_masked", f"{name}_is_valid"):
            if part in columns:
                columns[part][row] = None

    def _write_quarantine(self, batch: Batch, found: Judgement, new_id: str, work: Path) -> None:
        """The lines set aside before, under the new batch, and those of the person."""
        lines = batch.rows[LINE].to_pylist()
        rows = [BadRow(lines[row], None, RULE, REASON) for row in found.removed]
        path = batch.load.quarantine_path
        if path and (self.tools.warehouse / path).exists():
            before = pq.ParquetFile(self.tools.warehouse / path).read().to_pylist()
            rows += [BadRow(row["line"], row["column"], row["rule"], row["reason_code"]) for row in before]
        rows.sort(key=lambda row: (row.line, row.reason_code))
        if rows:
            constants = {"source": batch.load.source, "entity": batch.load.entity, "batch_id": new_id}
            told = [
                {
                    **constants,
                    "line": r.line,
                    "column": r.column,
                    "rule": r.rule,
                    "reason_code": r.reason_code,
                }
                for r in rows
            ]
            pq.write_table(
                pa.Table.from_pylist(told, QUARANTINE_SCHEMA), work / "quarantine.parquet", compression="zstd"
            )

    def _cleared(self, batch: Batch, clear: pa.Table, judge: Judge, found: Judgement) -> pa.Table:
        """The clear values that stay: none of the person's lines, values or words, but for what others hold too."""
        # Whether a text that raw does not hold quotes what the door would find in it: then the door renames the batch.
        self._quotes = False
        if not clear.num_rows:
            return clear
        lines = batch.rows[LINE].to_pylist()
        own = {lines[row] for row in found.removed | found.kept | found.unlinked}
        own |= self._unread_lines(clear, set(lines), judge)
        blanked = {(lines[row], name) for name, rows in found.blank.items() for row in rows}
        declared = set(batch.spec.column_names)
        remaining = self._remaining(batch, judge, found)
        keep = []
        for line, column, key, value in zip(
            *(clear[name].to_pylist() for name in ("line", "column", "key", "value")), strict=True
        ):
            kept_column = column in declared and judge.category(column).category == "employee_name"
            goes = (line in own and not kept_column) or (line, column) in blanked or key in self._keys
            goes = goes and key not in remaining
            is_text = column not in declared or judge.category(column).treatment == "vault_only"
            if not goes and is_text and any(text in value.casefold() for text in self._texts):
                goes = True
                self._quotes = self._quotes or (column in declared and self._is_quoted(value))
            keep.append(not goes)
        return clear.filter(pa.array(keep, pa.bool_()))

    def _is_quoted(self, text: str) -> bool:
        """Whether a text quotes a number or address of the person as the door would find it."""
        plain = normalise(text)
        for span in spans(plain):
            domain = DOMAINS.get(span.pattern, span.pattern)
            key = self._pseudonyms.key(domain, plain[span.start : span.end])
            if key in self.person.values.get(domain, {}):
                return True
        return False

    def _unread_lines(self, clear: pa.Table, read: set[int], judge: Judge) -> set[int]:
        """Lines of the person that were quarantined: known by their clear values only."""
        if not judge.holds_persons:
            return set()
        strong = pa.array([key for found in self.person.values.values() for key in found], pa.string())
        struck = clear.filter(pc.is_in(clear["key"], strong))["line"].to_pylist()
        return set(struck) - read

    def _remaining(self, batch: Batch, judge: Judge, found: Judgement) -> set[str]:
        """Pseudonyms that stay in the batch's raw rows."""
        edited = self._edited(batch, judge, found)
        keys: set[str] = set()
        for name in edited.column_names:
            if name.endswith("_key"):
                keys |= set(pc.unique(edited[name]).to_pylist())
            elif pa.types.is_string(edited.schema.field(name).type):
                tokens = pc.extract_regex(pc.unique(edited[name]), r"\[redacted:[a-z_]+:(?P<key>[a-p]{32})\]")
                keys |= {token["key"] for token in tokens.to_pylist() if token}
        return keys

    def _place(self, path: str, file: Path) -> str | None:
        """Move a finished file to its name, durably; one that is there stays. None: the batch has none of the kind."""
        final = self.tools.warehouse / path
        if file.exists() and not final.exists():
            make_dirs(final.parent)
            fsync_file(file)
            os.replace(file, final)
            fsync_dir(final.parent)
        return path if final.exists() else None


def rename_in_ledger(warehouse: Path, successors: Sequence[Successor]) -> int:
    """Have every delivery name the successors, each entry whole; returns how many entries changed."""
    renamed = {
        s.before.batch_id: s.load.batch_id for s in successors if s.before.batch_id and s.load.batch_id
    }
    rename_batches(warehouse, renamed)
    by_batch = {(s.before.source, s.before.entity, s.before.batch_id): s.load for s in successors}
    changed = 0
    for delivery in read_ledger(warehouse):
        loads = [
            _renamed(load, by_batch.get((load.source, load.entity, load.batch_id))) for load in delivery.loads
        ]
        if loads != delivery.loads:
            delivery.model_copy(update={"loads": loads}).replace(warehouse)
            changed += 1
    return changed


def _renamed(load: Load, successor: Load | None) -> Load:
    # File, snapshot and repetition are the delivery's, the rest is the batch's.
    own = ("file", "snapshot_date", "load", "key", "repeated_of", "spec_sha")
    return (
        load
        if successor is None
        else successor.model_copy(update={name: getattr(load, name) for name in own})
    )
