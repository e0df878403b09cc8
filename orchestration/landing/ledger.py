"""The ledger: one immutable JSON per delivery, and from it what a night reads."""

from collections.abc import Collection
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from orchestration.clock import stamp
from orchestration.errors import CrwError
from orchestration.files import write_json
from orchestration.landing.spec import known_entities, known_sources
from orchestration.protection.categories import Categories
from orchestration.settings import PROJECT_ROOT

__all__ = ["Delivery", "Load", "PlannedLoad", "Refusal", "known_entities", "plan", "raw_shape", "read_ledger"]

RAW_TECHNICAL = [
    ("_batch_id", "varchar"),
    ("_file", "varchar"),
    ("_line", "bigint"),
    ("_loaded_at", "timestamp"),
]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Refusal(_Model):
    """Why a file was not loaded; `message` names file, line, column and rule, never a value."""

    reason_code: str
    line: int | None = None
    column: str | None = None
    message: str
    way_out: str


class Redaction(_Model):
    """Personal values found in a kept column: cells, and the first line."""

    column: str
    pattern: str
    line: int
    count: int


class ControlSum(_Model):
    """Exact sum of an amount column over loaded rows in one currency, as decimal text; documents counted once.

    `rows`: rows or documents that carry an amount.
    """

    column: str
    currency: str | None
    sum: str
    rows: int | None = None


class Rewrite(_Model):
    """An erasure that wrote a batch anew: the request, and the batch that went."""

    request: str
    replaced: str


class Load(_Model):
    """One file as one entity; paths relative to the warehouse.

    `control`: hash of the control totals that agreed. `is_open_ended`: its last line has no end, it may have been cut
    (None in entries of older releases: unknown). `pseudonym_key` names the secret of its pseudonyms.
    `read_id` is the batch id of the file as delivered: with another `batch_id`, rows of erased persons are not in it.
    `suppression` is the state of the suppression list it was read under, `stayed` the hash of the rows that it left,
    `rows_suppressed` how many of the quarantined rows it kept out. On `expired_on` retention removed the batch's files.
    """

    source: str
    entity: str
    file: str
    sha256: str | None
    spec_sha: str
    batch_id: str | None
    read_id: str | None = None
    suppression: str = ""
    stayed: str = ""
    snapshot_date: date | None = None
    load: Literal["full", "incremental"] = "full"
    key: list[str] = Field(default_factory=list)
    status: Literal["loaded", "refused", "empty_allowed"]
    repeated_of: str | None = None
    rows_in_file: int = 0
    rows_loaded: int = 0
    rows_quarantined: int = 0
    rows_filtered: int = 0
    rows_suppressed: int = 0
    rewritten: list[Rewrite] = Field(default_factory=list)
    expired_on: date | None = None
    refusal: Refusal | None = None
    undeclared_columns: list[str] = Field(default_factory=list)
    redactions: list[Redaction] = Field(default_factory=list)
    control_sums: list[ControlSum] = Field(default_factory=list)
    control: str = ""
    is_open_ended: bool | None = None
    first_date: date | None = None
    last_date: date | None = None
    raw_path: str | None = None
    quarantine_path: str | None = None
    vault_path: str | None = None
    pseudonym_key: str | None = None


class Absent(_Model):
    """An entry of a mapping that no delivered file matched."""

    source: str
    entity: str
    patterns: list[str]


class Delivery(_Model):
    """What one landing brought; without its ledger file it does not exist."""

    format: Literal[1] = 1
    delivery_id: str
    loaded_at: datetime
    landing_name: str
    unclaimed_files: list[str] = Field(default_factory=list)
    absent: list[Absent] = Field(default_factory=list)
    loads: list[Load] = Field(default_factory=list)

    @property
    def refused(self) -> list[Load]:
        """Loads whose file was refused."""
        return [load for load in self.loads if load.status == "refused"]

    def write(self, warehouse: Path) -> "Delivery":
        """Write the ledger entry; from then on the delivery exists. An entry that is there already is returned."""
        path = self._path(warehouse)
        if path.exists():
            return Delivery.model_validate_json(path.read_bytes())
        write_json(path, self.model_dump(mode="json"))
        return self

    def replace(self, warehouse: Path) -> None:
        """Write the entry anew, whole: what it names as landed has got another name."""
        write_json(self._path(warehouse), self.model_dump(mode="json"))

    def _path(self, warehouse: Path) -> Path:
        return warehouse / "ledger" / f"{stamp(self.loaded_at)}-{self.delivery_id}.json"


class PlannedLoad(_Model):
    """A loaded batch that a night reads, with what the ledger says of it."""

    source: str
    entity: str
    load: str
    key: list[str]
    file: str
    sha256: str
    batch_id: str
    delivery_id: str
    loaded_at: datetime
    snapshot_date: date | None
    status: str
    is_open_ended: bool | None = None
    rows_in_file: int
    rows_loaded: int
    rows_quarantined: int
    rows_filtered: int
    first_date: date | None
    last_date: date | None
    control_sums: list[dict[str, str | int | None]]
    raw_path: str | None
    quarantine_path: str | None
    pseudonym_key: str | None
    expired_on: date | None = None


def read_ledger(warehouse: Path, known_at: datetime | None = None) -> list[Delivery]:
    """All deliveries with loaded_at <= known_at, oldest first. Raises CrwError for a damaged entry."""
    deliveries = []
    for path in sorted((warehouse / "ledger").glob("[0-9]*.json")):
        try:
            delivery = Delivery.model_validate_json(path.read_bytes())
        except ValueError:
            raise CrwError(
                f"The ledger entry {path.name} is damaged.",
                "restore it from a backup; entries are never edited.",
            ) from None
        if known_at is None or delivery.loaded_at <= known_at:
            deliveries.append(delivery)
    return sorted(deliveries, key=lambda delivery: (delivery.loaded_at, delivery.delivery_id))


def plan(
    warehouse: Path, known_at: datetime, as_of: date, rejected: Collection[str] = ()
) -> dict[tuple[str, str], list[PlannedLoad]]:
    """Choose the batches a night reads, per (source, entity); an entity nobody delivered is not in the result.

    `rejected`: batches a person said are wrong: as if their files had been refused.
    full: of the newest delivery that brought the entity unrefused, the newest snapshot not after as_of (else the
    earliest); incremental: every batch, oldest first, the newest row per `key` wins when read.
    """
    if known_at.tzinfo is None:
        known_at = known_at.replace(tzinfo=UTC)
    chosen: dict[tuple[str, str], list[PlannedLoad]] = {}
    for delivery in read_ledger(warehouse, known_at):
        for entity in sorted({(load.source, load.entity) for load in delivery.loads}):
            loads = [load for load in delivery.loads if (load.source, load.entity) == entity]
            full = loads[0].load == "full"
            good = [load for load in loads if load.status != "refused" and load.batch_id not in rejected]
            # A part of an incremental delivery is as good alone: it may never be delivered again.
            if full and len(good) < len(loads):
                continue
            picked = _newest_snapshot(good, as_of) if full else good
            before = [] if full else chosen.get(entity, [])
            known = {load.batch_id for load in before}
            fresh = {load.batch_id: load for load in reversed(picked) if load.batch_id not in known}
            planned = [_planned(load, delivery) for load in reversed(fresh.values())]
            chosen[entity] = before + planned
    return dict(sorted(chosen.items()))


def _newest_snapshot(loads: list[Load], as_of: date) -> list[Load]:
    dates = sorted({load.snapshot_date for load in loads if load.snapshot_date})
    if not dates:
        return loads
    past = [day for day in dates if day <= as_of]
    chosen = past[-1] if past else dates[0]
    return [load for load in loads if load.snapshot_date == chosen]


def _planned(load: Load, delivery: Delivery) -> PlannedLoad:
    values = load.model_dump()
    values.update(delivery_id=delivery.delivery_id, loaded_at=delivery.loaded_at)
    return PlannedLoad(**{name: values[name] for name in PlannedLoad.model_fields})


@cache
def _shape(source: str, entity: str, rules_dir: Path) -> list[tuple[str, str]]:
    categories = Categories.load(rules_dir)
    spec = known_sources()[source].entities[entity]
    names = [name for column in spec.columns for name in categories.raw_columns(column)]
    return [(name, "varchar") for name in names] + RAW_TECHNICAL


def raw_shape(
    source: str, entity: str, rules_dir: Path = PROJECT_ROOT / "seeds" / "rules"
) -> list[tuple[str, str]]:
    """Columns of the raw table as (name, type): data columns, all varchar, then the technical ones. Raises KeyError."""
    return list(_shape(source, entity, rules_dir))
