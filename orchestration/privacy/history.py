"""Takes a customer's rows out of finished dates: each partition gets a stand-in, which the next version carries."""

import hashlib
from collections.abc import Callable, Collection
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from orchestration.building.sql import identifier, literal
from orchestration.files import fsync_dir, fsync_file, sha256_file
from orchestration.publishing.history import History

_KEYS = ("customer_key", "group_key")


def customer_keys(warehouse: Path, history: History, labels: Collection[str]) -> set[str]:
    """Keys that finished dates gave the customers of these labels (<source>:<id>), and those the labels make."""
    keys = {hashlib.md5(label.encode(), usedforsecurity=False).hexdigest() for label in labels}
    listed = ", ".join(map(literal, labels))
    for dates in history.values():
        for partition in dates.values():
            path = warehouse / partition.file
            names = set(pq.read_schema(path).names)
            if listed and {"customer_id", "customer_key"} <= names:
                rows = duckdb.sql(
                    f"select distinct customer_key from read_parquet({literal(path)}) where customer_id in ({listed})"
                ).fetchall()
                keys |= {key for (key,) in rows if key}
    return keys


def without(
    warehouse: Path, history: History, keys: Collection[str], request: str, tell: Callable[[str], None]
) -> tuple[History, int]:
    """The history with stand-ins for partitions that hold rows of these customers, and how many rows went.

    A stand-in is a file of its own, so versions that name the old one keep it until they are removed.
    """
    suffix = hashlib.sha256(request.encode()).hexdigest()[:8]
    stood_in: History = {table: dict(dates) for table, dates in history.items()}
    removed = 0
    if not keys:
        return stood_in, 0
    listed = ", ".join(map(literal, sorted(keys)))
    for table, dates in stood_in.items():
        for day, partition in dates.items():
            source = warehouse / partition.file
            columns = [name for name in pq.read_schema(source).names if name in _KEYS]
            if not columns:
                continue
            struck = " or ".join(f"{identifier(name)} in ({listed})" for name in columns)
            relation = f"read_parquet({literal(source)})"
            rows = duckdb.sql(f"select count(*) from {relation} where coalesce({struck}, false)").fetchall()[
                0
            ][0]
            if not rows:
                continue
            tell(f"{table} {day}")
            target = source.with_name(f"{partition.run_id}-{suffix}.parquet")
            temporary = target.with_name(f".{target.name}.tmp")
            duckdb.sql(
                f"copy (select * from {relation} where not coalesce({struck}, false))"
                f" to {literal(temporary)} (format parquet, compression zstd)"
            )
            fsync_file(temporary)
            temporary.replace(target)
            fsync_dir(target.parent)
            dates[day] = partition.model_copy(
                update={
                    "file": target.relative_to(warehouse).as_posix(),
                    "sha256": sha256_file(target),
                    "rows": partition.rows - rows,
                    # Another content is another run to every identity that builds on it.
                    "run_id": f"{partition.run_id}-{suffix}",
                }
            )
            removed += rows
    return stood_in, removed
