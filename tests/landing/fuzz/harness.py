"""One mutated file after another through the readers, and a part of them through the whole door."""

import contextlib
import resource
import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import duckdb

from orchestration.errors import CrwError
from orchestration.landing.headers import resolve
from orchestration.landing.loading import FileLoader
from orchestration.landing.readers import Refused, open_reader
from orchestration.landing.reasons import reasons
from orchestration.landing.spec import EntitySpec
from tests.landing.door import Door

SECRET = "Sesam4711"
SECONDS_A_FILE = 20
LOADED_ONE_IN = 8
# Beyond what a process of the tests holds anyway; a bomb of a few kilobytes asks for gigabytes.
MORE_MEMORY_MIB = 700


class Hangs(Exception):
    """A file that does not end."""


class SharedEngineLoader(FileLoader):
    """The loader with one engine for all files: opening an engine takes longer than loading eight rows."""

    engine = duckdb.connect(config={"threads": 1, "memory_limit": "512MB"})

    def _connect(self) -> duckdb.DuckDBPyConnection:
        connection = self.engine.cursor()
        connection.execute("set TimeZone = 'UTC'")
        return connection


@dataclass
class Fuzz:
    """Judges files of one specification; `outcomes` counts how they ended, `doors` those that were loaded whole."""

    door: Door
    spec: EntitySpec
    name: str
    outcomes: Counter[str] = field(default_factory=Counter)
    doors: int = 0

    def judge(self, content: bytes) -> str:
        """Read one file, load some of the readable ones. Raises AssertionError for a wrong end, Hangs for none."""
        path = self.door.landing / self.name
        path.write_bytes(content)
        with timer():
            try:
                rows = self._read(path)
                outcome = "loaded"
                if self.outcomes[outcome] % LOADED_ONE_IN == 0:
                    self._load(path, rows)
            except Refused as error:
                outcome = self._refused(error, content)
        self.outcomes[outcome] += 1
        return outcome

    def _read(self, path: Path) -> int:
        """Rows of the file by the reader's own count, which its batches and bad rows must add up to."""
        reader = open_reader(path, self.spec)
        growing = self.spec.format == "jsonl"
        resolve(reader.header, self.spec, complete=not growing)
        given, highest = 0, 0
        for batch in reader.batches():
            lines = batch.column("_line").to_pylist()
            assert lines == sorted(set(lines)), "lines are not in order"
            assert not lines or lines[0] > highest
            highest = lines[-1] if lines else highest
            given += batch.num_rows
        assert reader.rows == given + len(reader.bad)
        resolve(reader.header, self.spec, complete=reader.rows > 0)
        return reader.rows

    def _load(self, path: Path, rows: int) -> None:
        """Through the whole door: rows in the file are loaded, quarantined or filtered, and raw holds what is said."""
        self.doors += 1
        work = self.door.warehouse / "fuzz"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        loader = SharedEngineLoader(work, self.door.limits, self.door.protector, self.door.settings)
        try:
            loaded = loader.load(path, self.spec, "fuzz")
        except CrwError as error:
            raise AssertionError(f"the engine stopped: {error}") from error
        assert loaded.rows_in_file == rows
        assert rows == loaded.rows_loaded + loaded.rows_quarantined + loaded.rows_filtered
        for file, count in ((loaded.raw, loaded.rows_loaded), (loaded.quarantine, loaded.rows_quarantined)):
            found = duckdb.sql(f"select count(*) from read_parquet('{file}')").fetchall()[0][0] if file else 0
            assert found == count, file
        if loaded.quarantine:
            assert SECRET.encode() not in loaded.quarantine.read_bytes()

    def _refused(self, error: Refused, content: bytes) -> str:
        assert error.reason_code in reasons()
        assert error.way_out
        told = f"{error.rule} {error.way_out} {error.column if error.line != 1 else ''}"
        assert SECRET not in told, error.reason_code
        return error.reason_code


@contextlib.contextmanager
def timer() -> Iterator[None]:
    """Raise Hangs when the block does not end in time."""

    def ring(number: int, frame: FrameType | None) -> None:
        raise Hangs

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(SECONDS_A_FILE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def peak_mib() -> int:
    """The most memory this process ever held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
