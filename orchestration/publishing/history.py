"""Finished as_of partitions: append-only Parquet, one file per table, date and run, never changed."""

import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from orchestration.files import fsync_dir, fsync_file, make_dirs, sha256_file
from orchestration.publishing.manifest import Manifest, Partition, Restatement

# What is measured of a date, and with it what a run says about other dates.
MEASURED_TABLES = (
    "fct_customer_risk",
    "fct_customer_risk_factors",
    "mart_alerts",
    "mart_portfolio",
    "mart_tier_migration",
)
FACT = MEASURED_TABLES[0]
HISTORY_TABLES = (*MEASURED_TABLES, "mart_restatements")

History = dict[str, dict[date, Partition]]


def partition_path(table: str, as_of: date, run_id: str) -> str:
    """Return a partition's path relative to the warehouse."""
    return f"history/{table}/as_of_date={as_of.isoformat()}/{run_id}.parquet"


def settle(warehouse: Path, partition: Partition) -> Partition:
    """Return the partition as it will stand: after a rerun the same run's file is there already and stays."""
    target = warehouse / partition.file
    if not target.exists():
        return partition
    return partition.model_copy(update={"sha256": sha256_file(target)})


def place(warehouse: Path, built: Path, partition: Partition) -> None:
    """Move a built partition to its place, durably; a file that is there already is never replaced."""
    target = warehouse / partition.file
    if target.exists():
        return
    make_dirs(target.parent)
    fsync_file(built)
    os.replace(built, target)
    fsync_dir(target.parent)


def carry(
    served: Manifest | None, own: dict[date, dict[str, Partition]]
) -> tuple[History, list[Restatement]]:
    """Join this run's partitions, by date and table, to those of the served version.

    A date that another run had finished before is restated: the old partition leaves the history and the
    restatement, with its reason, stays in this and all later manifests.
    """
    history: History = (
        {table: dict(partitions) for table, partitions in served.history.items()} if served else {}
    )
    restatements = list(served.restatements) if served else []
    for as_of, partitions in sorted(own.items()):
        for table, partition in partitions.items():
            before = history.setdefault(table, {}).get(as_of)
            if before and before.run_id != partition.run_id and table == HISTORY_TABLES[0]:
                reason = change_reason(
                    before, partition.inputs_sha256, partition.rules_sha256, partition.code_sha256
                )
                restatements.append(
                    Restatement(as_of=as_of, old_run=before.run_id, new_run=partition.run_id, reason=reason)
                )
            history[table][as_of] = partition
    return history, restatements


def unreferenced(warehouse: Path, manifests: Iterable[Manifest]) -> list[Path]:
    """Return partition files (and leftovers of placing them) that no given manifest names."""
    named = {
        warehouse / partition.file
        for manifest in manifests
        for partitions in manifest.history.values()
        for partition in partitions.values()
    }
    return [
        path for path in sorted((warehouse / "history").rglob("*")) if path.is_file() and path not in named
    ]


def change_reason(before: Partition, inputs_sha256: str, rules_sha256: str, code_sha256: str) -> str:
    """Say what a date was computed again with: landed data, rules, code or another history before it."""
    changed = [
        label
        for label, old, new in (
            ("landed data", before.inputs_sha256, inputs_sha256),
            ("rules", before.rules_sha256, rules_sha256),
            ("code", before.code_sha256, code_sha256),
        )
        if old != new
    ]
    return f"changed: {', '.join(changed)}" if changed else "changed: earlier history"
