"""Everything held on one person, for that person: rows in clear, where each comes from, why and how long it is kept."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from orchestration.errors import ConfigurationError
from orchestration.landing.readers.base import LINE
from orchestration.privacy.matching import Judge, Judgement
from orchestration.privacy.persons import Person, Tools, find_person, judged, put_on_entry, wanted_of
from orchestration.privacy.stored import Batch, StoredCells
from orchestration.privacy.suppression import Entry, new_salt
from orchestration.protection.categories import Category


@dataclass(frozen=True)
class Export:
    """All that is held: one dict per row with its fields, origin and treatment, and which categories occur."""

    subject: str
    records: list[tuple[str, str]]
    rows: list[dict[str, Any]]

    def document(self) -> dict[str, Any]:
        """The machine-readable form."""
        return {
            "format": 1,
            "subject": self.subject,
            "records": [{"kind": kind, "id": text} for kind, text in self.records],
            "rows": self.rows,
        }

    def text(self) -> str:
        """The form for people."""
        lines = [f"Data held on {self.subject}", f"{len(self.records)} records, {len(self.rows)} rows", ""]
        for row in self.rows:
            lines.append(
                f"{row['source']} {row['entity']} ({row['relation']}) from {row['file']}, line {row['line']}"
            )
            for field in row["fields"]:
                lines.append(
                    f"  {field['column']}: {field['value']}\n"
                    f"      purpose: {field['purpose']}; basis: {field['legal_basis']};"
                    f" kept {field['retention_days']} days; class {field['class']}"
                )
            lines.append("")
        return "\n".join(lines)


def export(subject: str, tools: Tools, as_of: date) -> Export:
    """Gather everything held on a person. Raises ConfigurationError when nobody is found."""
    person = find_person(subject, tools)
    if not person.is_known:
        raise ConfigurationError(
            "Nobody is found under what was given.", "check the value, or give source:id."
        )
    rows = [
        row
        for found in judged(tools, wanted_of(person, _draft(person, tools, as_of), tools))
        for row in _rows(*found)
    ]
    rows.sort(key=lambda row: (row["source"], row["entity"], row["file"], row["line"]))
    return Export(subject, sorted(person.records), rows)


def _draft(person: Person, tools: Tools, as_of: date) -> Entry:
    entry = Entry(request="", erased_on=as_of, salt=new_salt())
    put_on_entry(person, entry, set(), tools.marker)
    return entry


def write_export(held: Export, out: Path) -> list[Path]:
    """Write JSON to `out` and the readable form beside it (.txt), both 0600; neither may exist. Returns the paths."""
    readable = out.with_name(f"{out.name}.txt")
    contents = {out: json.dumps(held.document(), ensure_ascii=False, indent=1) + "\n", readable: held.text()}
    for path in contents:
        if path.exists():
            raise ConfigurationError(f"{path} exists already.", "give --out the name of a new file.")
    for path, text in contents.items():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
    return list(contents)


def _rows(batch: Batch, cells: StoredCells, judge: Judge, found: Judgement) -> Iterator[dict[str, Any]]:
    clear = _by_line(cells.clear)
    for row in sorted({*found.touched, *found.own}):
        values = {name: batch.rows[name][row].as_py() for name in batch.rows.column_names}
        line = values[LINE]
        fields = []
        for column in batch.spec.columns:
            value = _value(column.name, values, cells, clear.get(line, {}))
            # Of a row that is the company's only what leads to the person is the person's.
            touched = row in found.blank.get(column.name, ()) or row in found.rename.get(column.name, {})
            if value is not None and (touched or row in found.removed or row in found.kept):
                fields.append({"column": column.name, "value": value, **_terms(judge.category(column.name))})
        undeclared = set(clear.get(line, {})) - set(batch.spec.column_names)
        if row in found.own:
            for name in sorted(undeclared):
                fields.append({"column": name, "value": clear[line][name], **_terms(judge.unknown)})
        relation = (
            "own record"
            if row in found.own
            else "refers to the person"
            if row in found.removed
            else "mentions"
        )
        yield {
            "source": batch.load.source,
            "entity": batch.load.entity,
            "relation": relation,
            "file": batch.load.file,
            "line": line,
            "batch": batch.load.batch_id,
            "fields": fields,
        }


def _value(name: str, values: dict[str, Any], cells: StoredCells, at_line: dict[str, str]) -> str | None:
    """The clear value where the vault holds it, else what raw shows."""
    key = values.get(f"{name}_key")
    if key:
        return cells.reveal(key) or values.get(f"{name}_masked") or values.get(name)
    return values.get(name) or at_line.get(name)


def _terms(category: Category) -> dict[str, Any]:
    return {
        "class": category.data_class,
        "purpose": category.purpose,
        "legal_basis": category.legal_basis,
        "retention_days": category.retention_days,
        "standard": f"{category.standard} {category.standard_version}",
    }


def _by_line(clear: pa.Table) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for line, column, value in zip(*(clear[n].to_pylist() for n in ("line", "column", "value")), strict=True):
        found.setdefault(line, {})[column] = value
    return found
