"""What an erasure may not change but has to name: delivered files, rule tables, and the request in the register."""

import csv
from pathlib import Path
from typing import Any

from orchestration.errors import CrwError
from orchestration.landing.claims import claim_files
from orchestration.landing.headers import named, resolve, undeclared_names
from orchestration.landing.readers import Refused, open_reader
from orchestration.landing.readers.base import LINE
from orchestration.privacy.door import Suppressor
from orchestration.privacy.persons import Person, Tools
from orchestration.privacy.stored import batches
from orchestration.privacy.suppression import Entry, SuppressionList
from orchestration.protection.protector import Protector
from orchestration.settings import Settings

_REQUESTS = {("zoho_crm", "data_subject_requests"), ("files", "subject_requests")}
_MOST_LINES = 1_000


def lines_in_landing(settings: Settings, tools: Tools, person: Person, entry: Entry) -> list[dict[str, Any]]:
    """Lines of the operator's landing folder about the person; the files are the source's and stay as they are.

    They come again with the next export, so editing them here would hide the fault and help nobody. A file that does
    not read is listed without lines.
    """
    folder = settings.landing_dir
    if not folder.is_dir():
        return []
    wanted = SuppressionList(entries=[entry.model_copy(deep=True)])
    protector = Protector(tools.keys, tools.categories)
    suppressor = Suppressor(settings.warehouse, wanted, tools.marker, tools.rules, tools.categories)
    try:
        claims = sorted(claim_files(folder).claims, key=lambda claim: suppressor.order(claim.spec))
    except CrwError:
        return [{"file": folder.name, "lines": "not searched: the folder is not understood"}]
    found: dict[str, set[int]] = {}
    unread = []
    for claim in claims:
        try:
            reader = open_reader(claim.path, claim.spec)
            for batch in reader.batches():
                present = [name for name in batch.schema.names if name != LINE]
                resolution = resolve(present, claim.spec, complete=False)
                cells = named(batch, claim.spec, resolution)
                undeclared = undeclared_names(claim.spec, resolution)
                judgement = suppressor.judge(
                    cells, protector.protect(cells, claim.spec, undeclared).batch, claim.spec
                )
                lines = cells.column(LINE).to_pylist()
                found.setdefault(claim.name, set()).update(lines[row] for row in judgement.touched)
        except (Refused, OSError):
            unread.append({"file": claim.name, "lines": "not searched: the file does not read"})
    listed = [
        {"file": name, "lines": sorted(lines)[:_MOST_LINES], "count": len(lines)}
        for name, lines in sorted(found.items())
        if lines
    ]
    return listed + unread


def register_entries(warehouse: Path, request: str) -> list[dict[str, Any]]:
    """Records of the request in the landed registers of subject requests, found by its id."""
    found = []
    for batch in batches(warehouse):
        if (batch.load.source, batch.load.entity) not in _REQUESTS:
            continue
        for row in batch.rows.select(["request_id", "request_type", LINE]).to_pylist():
            if row["request_id"] == request:
                found.append(
                    {
                        "source": batch.load.source,
                        "entity": batch.load.entity,
                        "file": batch.load.file,
                        "line": row[LINE],
                        "request_type": row["request_type"],
                    }
                )
    return found


def rule_lines(rules_dir: Path, ids: set[str]) -> list[dict[str, Any]]:
    """Lines of rule tables that name a record of the person: only their owners may change them."""
    found = []
    for path in sorted(rules_dir.glob("*.csv")):
        with open(path, encoding="utf-8-sig", newline="") as handle:
            reader = csv.reader(handle)
            found += [{"file": path.name, "line": reader.line_num} for row in reader if ids & set(row)]
    return found
