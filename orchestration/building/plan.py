"""What a run is made of, and the identity that follows from it: same inputs, same run_id, same rows."""

import csv
import hashlib
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from orchestration.errors import ConfigurationError
from orchestration.files import write_json
from orchestration.landing.ledger import PlannedLoad
from orchestration.publishing.history import MEASURED_TABLES, History
from orchestration.settings import Settings

_CODE = {"dbt_project": (".sql", ".yml", ".yaml"), "orchestration": (".py", ".yml"), "expectations": (".py",)}
_NOT_CODE = {"target", "logs", "dbt_packages", "__pycache__"}


class RunPlan(BaseModel):
    """A run before it is built. `earlier` are finished partitions before as_of, `carried` all other dates."""

    model_config = ConfigDict(frozen=True)

    as_of: date
    known_at: datetime
    run_id: str
    rules_version: str
    base_currency: str
    inputs_sha256: str
    rules_sha256: str
    code_sha256: str
    loads: list[PlannedLoad]
    history: History

    @property
    def earlier(self) -> History:
        """Partitions of dates before as_of: what the models may look back on."""
        return {t: {d: p for d, p in dates.items() if d < self.as_of} for t, dates in self.history.items()}

    @property
    def carried(self) -> History:
        """Partitions of all other dates: what is published beside this run's rows."""
        return {t: {d: p for d, p in dates.items() if d != self.as_of} for t, dates in self.history.items()}

    def files(self, warehouse: Path, *, before: date) -> dict[str, list[Path]]:
        """Partition files of the finished dates before a date, by history table."""
        return {
            table: [warehouse / partition.file for day, partition in sorted(dates.items()) if day < before]
            for table, dates in self.history.items()
        }

    def write(self, build: Path) -> None:
        """Write plan.json into the build folder."""
        write_json(build / "plan.json", self.model_dump(mode="json"))


def make_plan(settings: Settings, as_of: date, loads: list[PlannedLoad], history: History) -> RunPlan:
    """Derive the run from its inputs. Raises ConfigurationError when no rules are in force at as_of.

    known_at is the moment the last of the used batches first became known, so a replay finds the same one.
    """
    inputs = sorted(
        [load.source, load.entity, load.batch_id, load.file, str(load.snapshot_date or "")] for load in loads
    )
    draft = RunPlan(
        as_of=as_of,
        known_at=max(load.loaded_at for load in loads).astimezone(UTC),
        run_id="",
        rules_version=rules_version(settings.rules_dir, as_of),
        base_currency=base_currency(settings.rules_dir),
        inputs_sha256=_sha(inputs),
        rules_sha256=rules_sha256(settings),
        code_sha256=code_sha256(settings),
        loads=sorted(loads, key=lambda load: (load.source, load.entity, load.loaded_at, load.batch_id)),
        history=history,
    )
    earlier = sorted(
        [table, str(day), partition.run_id]
        for table, dates in draft.earlier.items()
        if table in MEASURED_TABLES
        for day, partition in dates.items()
    )
    identity = _sha([str(as_of), draft.inputs_sha256, draft.rules_sha256, draft.code_sha256, earlier])
    return draft.model_copy(update={"run_id": f"r{identity[:12]}"})


def rules_sha256(settings: Settings) -> str:
    """Hash every rule table by name and bytes."""
    return _hash_files(settings.rules_dir, (".csv", ".yml"))


def code_sha256(settings: Settings) -> str:
    """Hash models, landing specifications and the package: a change of code is a change of the run's identity."""
    parts = [_hash_files(settings.project_root / folder, suffixes) for folder, suffixes in _CODE.items()]
    parts.append(_hash_files(settings.project_root, (".lock",), recurse=False))
    return _sha(parts)


def rules_version(rules_dir: Path, as_of: date) -> str:
    """Return the rules version in force at as_of. Raises ConfigurationError when there is none or more than one."""
    day = as_of.isoformat()
    rows = [
        row["rules_version"]
        for row in _read_csv(rules_dir / "rules_versions.csv")
        if row["effective_from"] <= day and (not row["effective_to"] or day < row["effective_to"])
    ]
    if len(rows) != 1:
        found = "no" if not rows else "more than one"
        raise ConfigurationError(
            f"seeds/rules/rules_versions.csv has {found} rules version in force at {day}.",
            "give every date exactly one row: effective_from, effective_to (exclusive; empty = open).",
        )
    return rows[0]


def base_currency(rules_dir: Path) -> str:
    """Return the base currency of the rule tables. Raises ConfigurationError when not exactly one is marked."""
    rows = _read_csv(rules_dir / "currencies.csv")
    marked = {row["currency"] for row in rows if row["is_base"].strip().lower() in {"true", "1"}}
    if len(marked) != 1:
        raise ConfigurationError(
            "seeds/rules/currencies.csv must mark exactly one currency is_base.",
            "correct the column is_base.",
        )
    return marked.pop()


def _read_csv(path: Path) -> list[dict[str, str]]:
    try:
        with open(path, encoding="utf-8-sig", newline="") as handle:
            return list(csv.DictReader(handle))
    except OSError:
        raise ConfigurationError(f"Rule table {path.name} cannot be read.", f"restore {path}.") from None


def _hash_files(folder: Path, suffixes: tuple[str, ...], *, recurse: bool = True) -> str:
    paths = folder.rglob("*") if recurse else folder.glob("*")
    rows = [
        [str(path.relative_to(folder)), hashlib.sha256(path.read_bytes()).hexdigest()]
        for path in sorted(paths)
        if path.suffix in suffixes and path.is_file() and not _NOT_CODE & set(path.relative_to(folder).parts)
    ]
    return _sha(rows)


def _sha(value: Any) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()
