"""Readers while versions are published: one whole version each time, never an older one, nobody waits for anybody."""

import multiprocessing
import time
from datetime import date, timedelta
from multiprocessing.synchronize import Event
from pathlib import Path

import duckdb
import pytest

from orchestration.publishing.retention import retire_old
from orchestration.publishing.versions import current_name, point_current
from tests.night.tiny import make_version, moment

READERS, PUBLISHES, READS = 4, 60, 10_000
FIRST = date(2026, 6, 1)


def publish(warehouse: Path, number: int) -> None:
    """Serve a version whose two tables and Parquet file all say its number."""
    day = FIRST + timedelta(days=number)
    manifest = make_version(warehouse, day, serve=False)
    folder = warehouse / "versions" / manifest.version
    (folder / "finance.duckdb").unlink()
    with duckdb.connect(str(folder / "finance.duckdb")) as connection:
        connection.execute("create schema marts")
        for table in ("first", "second"):
            connection.execute(f"create table marts.{table} as select {number} as version from range(500)")
        connection.execute(f"copy marts.first to '{folder / 'first.parquet'}' (format parquet)")
    whole = manifest.model_copy(update={"files": {}})
    whole.write(folder)
    point_current(warehouse, manifest.version)


def read(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Smallest and largest number over both tables: equal in a whole version."""
    row = connection.execute(
        "select min(version), max(version) from (from marts.first union all from marts.second)"
    ).fetchone()
    assert row is not None
    return row


def reader(warehouse: Path, held: bool, stop: Event, result: "multiprocessing.Queue[tuple]") -> None:
    """Read until told to stop: by opening the link each time, or through connections held for many reads."""
    reads, last, slowest, wrong, seen = 0, -1, 0.0, [], set()
    path = warehouse / "current" / "finance.duckdb"
    parquet = warehouse / "current" / "first.parquet"
    while not stop.is_set() or reads < READS // READERS:
        # A connection keeps the file that the link pointed to when it was opened, whatever is published.
        with duckdb.connect(str(path), read_only=True) as connection:
            opened = None
            for _ in range(40 if held else 1):
                started = time.perf_counter()
                least, most = read(connection)
                slowest = max(slowest, time.perf_counter() - started)
                reads += 1
                if least != most or (opened is not None and least != opened):
                    wrong.append(f"mixed: {least} and {most}, opened {opened}")
                opened = least
                seen.add(least)
            if opened < last:
                wrong.append(f"went back from {last} to {opened}")
            last = opened
        if not held:
            sql = f"select min(version), max(version) from '{parquet}'"
            least, most = duckdb.execute(sql).fetchone()
            reads += 1
            if least != most or least < last:
                wrong.append(f"Parquet: {least}, {most} after {last}")
            last = least
    result.put((reads, len(seen), slowest, wrong))


@pytest.mark.slow
def test_readers_see_one_version_each_and_never_an_older_one(tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse"
    publish(warehouse, 0)
    context = multiprocessing.get_context("spawn")
    stop, results = context.Event(), context.Queue()
    readers = [
        context.Process(target=reader, args=(warehouse, number % 2 == 0, stop, results))
        for number in range(READERS)
    ]
    for process in readers:
        process.start()
    time.sleep(3)
    longest = 0.0
    for number in range(1, PUBLISHES + 1):
        started = time.perf_counter()
        publish(warehouse, number)
        # Retiring is part of a night; a reader between link and open would miss its file without the grace period.
        retire_old(warehouse, keep=2, grace_hours=24, now=moment(1) + timedelta(days=number))
        longest = max(longest, time.perf_counter() - started)
        time.sleep(0.2)
    stop.set()
    found = [results.get(timeout=240) for _ in readers]
    for process in readers:
        process.join(timeout=60)
        assert process.exitcode == 0
    assert [wrong for *_, wrong in found] == [[]] * READERS
    assert sum(reads for reads, *_ in found) >= READS, found
    assert all(seen >= 10 for _, seen, *_ in found)
    # nobody waits for anybody: no read and no publication takes as long as a lock would make it wait
    assert max(slowest for *_, slowest, _ in found) < 10
    assert longest < 20
    assert current_name(warehouse) == f"{FIRST + timedelta(days=PUBLISHES)}.1"
