"""Tiny versions for tests: a manifest, one file, one partition."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path

from orchestration.files import make_dirs, sha256_file
from orchestration.landing.ledger import PlannedLoad
from orchestration.publishing.history import partition_path
from orchestration.publishing.manifest import Manifest, Partition, TableFacts, describe_files
from orchestration.publishing.versions import current_name, point_current

TABLE = "fct_customer_risk"


def moment(day: int) -> datetime:
    """A day of June 2026, at noon UTC."""
    return datetime(2026, 6, day, 12, tzinfo=UTC)


def partition(warehouse: Path, as_of: date, run_id: str, rules: str = "rules") -> Partition:
    """Place a small partition file and describe it."""
    path = warehouse / partition_path(TABLE, as_of, run_id)
    make_dirs(path.parent)
    path.write_text(f"{as_of} {run_id}")
    return Partition(
        file=partition_path(TABLE, as_of, run_id),
        sha256=sha256_file(path),
        rows=1,
        run_id=run_id,
        inputs_sha256="inputs",
        rules_sha256=rules,
        code_sha256="code",
    )


def make_version(
    warehouse: Path,
    as_of: date,
    n: int = 1,
    *,
    published: datetime | None = None,
    serve: bool = True,
    loads: Sequence[PlannedLoad] = (),
) -> Manifest:
    """Write a whole version with one file and one partition, made of these loads, and serve it."""
    name = f"{as_of}.{n}"
    folder = warehouse / "versions" / name
    make_dirs(folder)
    (folder / "finance.duckdb").write_text(name)
    own = partition(warehouse, as_of, f"r{as_of.day:02d}{n}")
    manifest = Manifest(
        version=name,
        previous_version=current_name(warehouse),
        as_of_date=as_of,
        known_at=max((load.loaded_at for load in loads), default=moment(1)),
        run_id=own.run_id,
        rules_version="2026.1",
        base_currency="CNY",
        inputs_sha256="inputs",
        rules_sha256="rules",
        code_sha256="code",
        tools={},
        sources=[load.model_dump(mode="json") for load in loads],
        tables={TABLE: TableFacts(rows=1, sums={}, audience=["finance"], parquet="marts/x.parquet")},
        files=describe_files(folder),
        history={TABLE: {as_of: own}},
        restatements=[],
        audit={"passed": True},
        published_at=published or datetime.combine(as_of, time(12), UTC),
    )
    manifest.write(folder)
    if serve:
        point_current(warehouse, name)
    return manifest
