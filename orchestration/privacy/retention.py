"""Retention by class: what is past the days of its category goes at the end of a published night.

Ages are measured by the run's clock: the business date, never later than the day the run began. A batch is as old as
its last delivery; what a night still reads is never removed, but for clear values that nobody looks up in time.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.files import fsync_dir, write_json
from orchestration.landing.ledger import Load, read_ledger
from orchestration.landing.spec import EntitySpec, known_sources
from orchestration.protection.categories import UNKNOWN, Categories, Category
from orchestration.protection.keys import Keys
from orchestration.protection.vault import VaultWriter, read_vault
from orchestration.publishing.history import History
from orchestration.publishing.retention import discard
from orchestration.publishing.versions import current_name, list_versions

_DONE = Path("privacy") / "retention.json"
# Category whose days decide for what has no column of its own.
MASKED, MEASURE, TECHNICAL = "masked", "measure", "technical"


@dataclass(frozen=True)
class Removal:
    """One thing past its retention: a vault file's values of a category, a batch, a version, a record of a run."""

    what: str
    path: str
    category: str
    retention_days: int
    dated: date

    def document(self) -> dict[str, Any]:
        """For a manifest."""
        return {**asdict(self), "dated": self.dated.isoformat()}


def is_past(dated: date, days: int, today: date) -> bool:
    """Whether something of a day is past its retention: kept for `days` days, gone on the day after them."""
    return dated + timedelta(days=days) < today


def plan_retention(
    warehouse: Path, categories: Categories, used: Iterable[str], today: date
) -> list[Removal]:
    """What is past its retention on a day; `used` are ids of batches that the night reads. Reads no value."""
    batches = _batches(warehouse)
    reading = set(used)
    done = _done(warehouse)
    planned: list[Removal] = []
    for load, last in batches.values():
        spec = known_sources()[load.source].entities[load.entity]
        if load.batch_id not in reading and load.raw_path:
            category = shortest(spec, categories)
            if is_past(last, category.retention_days, today):
                planned.append(
                    Removal(
                        "superseded batch", load.raw_path, category.category, category.retention_days, last
                    )
                )
                continue
        if load.vault_path and (warehouse / load.vault_path).exists():
            for category in _vaulted(spec, load, categories):
                if is_past(last, category.retention_days, today) and category.category not in done.get(
                    load.vault_path, []
                ):
                    planned.append(
                        Removal(
                            "vault values", load.vault_path, category.category, category.retention_days, last
                        )
                    )
    planned += _versions(warehouse, categories[MASKED], today)
    planned += _records(warehouse, categories[TECHNICAL], today)
    return sorted(planned, key=lambda item: (item.what, item.path, item.category))


def shortest(spec: EntitySpec, categories: Categories) -> Category:
    """The category of raw that is kept for the shortest time; `identifier` where nothing in raw is personal."""
    found = [categories.of_landed(column) for column in spec.columns]
    masked = [c for c in found if c.treatment in ("pseudonymise", "keep_or_mask")]
    personal = [*masked, categories[MASKED]] if masked else [categories["identifier"]]
    return min(personal, key=lambda category: (category.retention_days, category.category))


def young(history: History, categories: Categories, as_of: date) -> History:
    """The history without finished dates that are past the retention of measures."""
    days = categories[MEASURE].retention_days
    return {
        table: {day: partition for day, partition in dates.items() if not is_past(day, days, as_of)}
        for table, dates in history.items()
    }


def carry_out(
    warehouse: Path, planned: Iterable[Removal], categories: Categories, keys: Keys, today: date
) -> int:
    """Remove what was planned; may be repeated. Returns how many things went. Raises OSError, CrwError."""
    removed = 0
    expired: set[str] = set()
    by_vault: dict[str, set[str]] = {}
    for item in planned:
        path = warehouse / item.path
        if item.what == "superseded batch":
            expired.add(item.path)
        elif item.what == "vault values":
            by_vault.setdefault(item.path, set()).add(item.category)
        elif item.what == "version":
            if path.name != current_name(warehouse) and path.exists():
                discard(warehouse, path)
        else:
            path.unlink(missing_ok=True)
        removed += 1
    _expire(warehouse, expired, today)
    for name, gone in sorted(by_vault.items()):
        _forget(warehouse, name, gone, categories, keys)
    return removed


def _batches(warehouse: Path) -> dict[str, tuple[Load, date]]:
    """Each batch with the day it was delivered last."""
    found: dict[str, tuple[Load, date]] = {}
    for delivery in read_ledger(warehouse):
        for load in delivery.loads:
            if load.batch_id and load.status != "refused" and load.expired_on is None:
                found[load.batch_id] = (load, delivery.loaded_at.date())
    return found


def _vaulted(spec: EntitySpec, load: Load, categories: Categories) -> list[Category]:
    """Categories of the clear values a batch may have in the vault, the undeclared columns' too."""
    named = {categories.of_landed(column).category for column in spec.columns}
    secret = [categories[name] for name in named if categories[name].treatment != "keep"]
    undeclared = [categories[UNKNOWN]] if load.undeclared_columns else []
    return sorted([*secret, *undeclared], key=lambda category: category.category)


def _versions(warehouse: Path, category: Category, today: date) -> Iterator[Removal]:
    served = current_name(warehouse)
    for version in list_versions(warehouse)[0]:
        dated = version.manifest.published_at.date()
        if version.name != served and is_past(dated, category.retention_days, today):
            path = f"versions/{version.name}"
            yield Removal("version", path, category.category, category.retention_days, dated)


def _records(warehouse: Path, category: Category, today: date) -> Iterator[Removal]:
    """Records of runs and logs of errors, dated by the moment their names begin with."""
    for folder in ("runs", "errors"):
        for path in sorted((warehouse / folder).glob("[0-9]*")):
            dated = date.fromisoformat(path.name[:8])
            if is_past(dated, category.retention_days, today):
                name = path.relative_to(warehouse).as_posix()
                yield Removal(f"record of {folder}", name, category.category, category.retention_days, dated)


def _expire(warehouse: Path, raw_paths: set[str], today: date) -> None:
    """Note in the ledger that batches are past their retention, then remove their files."""
    if not raw_paths:
        return
    gone: set[str] = set()
    for delivery in read_ledger(warehouse):
        loads = []
        for load in delivery.loads:
            if load.raw_path in raw_paths:
                gone |= {path for path in (load.raw_path, load.quarantine_path, load.vault_path) if path}
                nothing = {"raw_path": None, "quarantine_path": None, "vault_path": None}
                load = load.model_copy(update={**nothing, "expired_on": today})
            loads.append(load)
        if loads != delivery.loads:
            delivery.model_copy(update={"loads": loads}).replace(warehouse)
    for name in sorted(gone):
        (warehouse / name).unlink(missing_ok=True)
        fsync_dir((warehouse / name).parent)


def _forget(warehouse: Path, name: str, gone: set[str], categories: Categories, keys: Keys) -> None:
    """Write a vault file anew without the values of some categories, under its own name."""
    path = warehouse / name
    if path.exists():
        clear = read_vault(path, keys)
        source, entity = Path(name).parts[1:3]
        spec = known_sources()[source].entities[entity]
        of = {column.name: categories.of_landed(column).category for column in spec.columns}
        kept = [of.get(column, UNKNOWN) not in gone for column in clear["column"].to_pylist()]
        left = clear.filter(pa.array(kept, pa.bool_()))
        if left.num_rows == 0:
            path.unlink()
            fsync_dir(path.parent)
        elif pc.any(pc.invert(pa.array(kept, pa.bool_()))).as_py():
            with VaultWriter(path, keys) as writer:
                writer.write(left)
    done = _done(warehouse)
    done[name] = sorted({*done.get(name, []), *gone})
    write_json(warehouse / _DONE, done)


def _done(warehouse: Path) -> dict[str, list[str]]:
    """Categories removed from vault files before; losing it costs reading them again, nothing else."""
    try:
        return json.loads((warehouse / _DONE).read_bytes())
    except (OSError, ValueError):
        return {}
