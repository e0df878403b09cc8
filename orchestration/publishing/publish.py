"""The steps from an audited build to the served version; a kill between any two leaves the old one served."""

import os
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pyarrow import parquet

from orchestration.building.plan import RunPlan
from orchestration.files import fsync_dir, fsync_tree, make_dirs, sha256_file
from orchestration.publishing import history
from orchestration.publishing.leaks import refuse_leaks
from orchestration.publishing.manifest import Manifest, Partition, TableFacts, describe_files
from orchestration.publishing.recovery import declare_intent
from orchestration.publishing.versions import Version, current_name, next_name, point_current
from orchestration.reporting.report import write_report
from orchestration.reporting.tools import tool_versions


def describe_partitions(
    warehouse: Path, plan: RunPlan, files: dict[str, Path], documents_mark: str | None
) -> dict[str, Partition]:
    """Describe the partitions built for the plan's date, one per history table."""
    partitions = {}
    for table, file in files.items():
        partition = Partition(
            file=history.partition_path(table, plan.as_of, plan.run_id),
            sha256=sha256_file(file),
            rows=parquet.read_metadata(file).num_rows,
            run_id=plan.run_id,
            inputs_sha256=plan.inputs_sha256,
            rules_sha256=plan.rules_sha256,
            code_sha256=plan.code_sha256,
            documents_mark=documents_mark,
        )
        partitions[table] = history.settle(warehouse, partition)
    return partitions


def assemble(
    warehouse: Path,
    build: Path,
    plan: RunPlan,
    served: Manifest | None,
    tables: dict[str, TableFacts],
    own: dict[date, dict[str, Partition]],
    audit: dict[str, Any],
    published_at: datetime,
    retention: list[dict[str, Any]] | None = None,
    *,
    rules_dir: Path,
) -> Manifest:
    """Write report.html, model card and manifest.json beside the exported files and flush the whole folder to disk.

    Raises AuditRefused when one of them holds a personal value.
    """
    carried, restatements = history.carry(served, own)
    export = build / "export"
    draft = Manifest(
        version=next_name(warehouse, plan.as_of),
        previous_version=served.version if served else None,
        as_of_date=plan.as_of,
        known_at=plan.known_at,
        run_id=plan.run_id,
        rules_version=plan.rules_version,
        base_currency=plan.base_currency,
        inputs_sha256=plan.inputs_sha256,
        rules_sha256=plan.rules_sha256,
        code_sha256=plan.code_sha256,
        tools=tool_versions(),
        sources=[load.model_dump(mode="json") for load in plan.loads],
        tables=tables,
        files={},
        history=carried,
        restatements=restatements,
        audit=audit,
        published_at=published_at,
        retention=retention or [],
    )
    write_report(export, draft, rules_dir)
    manifest = draft.model_copy(update={"files": describe_files(export)})
    manifest.write(export)
    refuse_leaks(export)
    fsync_tree(export)
    return manifest


def publish(
    warehouse: Path,
    build: Path,
    manifest: Manifest,
    own: dict[date, dict[str, Partition]],
    files: dict[date, dict[str, Path]],
) -> tuple[Version, list[str]]:
    """Move partitions and the assembled folder into place and swap the link. Returns the version and warnings.

    Raises OSError when a step before the swap fails; the version served before is then still served.
    """
    warnings = []
    declare_intent(build, manifest.version)
    for day, partitions in sorted(own.items()):
        for table, partition in partitions.items():
            history.place(warehouse, files[day][table], partition)
    versions = warehouse / "versions"
    make_dirs(versions)
    folder = versions / manifest.version
    os.rename(build / "export", folder)
    fsync_dir(versions)
    try:
        point_current(warehouse, manifest.version)
    except OSError as error:
        if current_name(warehouse) != manifest.version:
            raise
        warnings.append(f"The link was swapped but could not be flushed to disk: {error.strerror}.")
    return Version(folder, manifest), warnings
