"""`python -m orchestration.demo.failure`: passes only if bad exports are refused and what is served stays.

Publishes a small company, then runs `crw nightly` on one bad variant of its exports after the other, each on
a copy of the warehouse, and looks at the exit code, the message and the served version.
"""

import csv
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from orchestration import clock
from orchestration.demo import demo_as_of, generate
from orchestration.demo.failure_cases import CASES, Case
from orchestration.files import sha256_file
from orchestration.publishing.lock import WarehouseLock

CUSTOMERS = 40
_CRW = [sys.executable, "-c", "from orchestration.cli import main; main()"]


@dataclass(frozen=True)
class Outcome:
    """How one case went: no complaints means it passed."""

    name: str
    exit_code: int
    seconds: float
    said: str
    complaints: tuple[str, ...]


class Stage:
    """A folder with a good landing, a published warehouse and a key of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.landing, self.warehouse = folder / "landing", folder / "warehouse"
        generate(self.landing, CUSTOMERS)
        self.as_of = demo_as_of(self.landing).isoformat()

    def nightly(self, landing: Path, warehouse: Path) -> subprocess.CompletedProcess[str]:
        """Run `crw nightly` in demo mode as a process of its own."""
        environment = {
            **os.environ,
            "CRW_MODE": "demo",
            "CRW_MASTER_KEY_FILE": str(self.folder / "master.key"),
            "COLUMNS": "200",
            "PYTHONUNBUFFERED": "1",
        }
        environment.pop("CRW_MASTER_KEY", None)
        command = [
            *_CRW,
            "nightly",
            "--landing",
            str(landing),
            "--warehouse",
            str(warehouse),
            "--as-of",
            self.as_of,
        ]
        return subprocess.run(
            command,
            env=environment,
            cwd=self.folder,
            text=True,
            encoding="utf-8",
            capture_output=True,
            check=False,
        )

    @contextmanager
    def copies(self) -> Iterator[tuple[Path, Path]]:
        """A landing folder and a warehouse to spoil, removed afterwards."""
        with tempfile.TemporaryDirectory(dir=self.folder) as name:
            landing, warehouse = Path(name) / "landing", Path(name) / "warehouse"
            shutil.copytree(self.landing, landing)
            shutil.copytree(self.warehouse, warehouse, symlinks=True)
            yield landing, warehouse


def served(warehouse: Path) -> tuple[str, dict[str, str]]:
    """What readers get: the target of `current` and the SHA-256 of each file in it."""
    current = warehouse / "current"
    files = {
        str(path.relative_to(current)): sha256_file(path)
        for path in sorted(current.rglob("*"))
        if path.is_file()
    }
    return os.readlink(current), files


def cells(path: Path) -> set[str]:
    """Telling cells of a delivered file: no header, no date, nothing short."""
    content = path.read_bytes()
    if path.suffix != ".csv" or not content:
        return set()
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")
    rows = list(csv.reader(io.StringIO(text.replace("\x00", ""))))
    words = {
        cell
        for row in rows[1:]
        for cell in row
        if len(cell) >= 6 and not re.fullmatch(r"[\d/-]{8,10}|[A-Za-z ]+", cell)
    }
    return words - set(rows[0])


def try_case(stage: Stage, case: Case) -> Outcome:
    """Run one bad variant and compare with what it must do."""
    with stage.copies() as (landing, warehouse):
        telling = cells(landing / case.file)
        case.break_it(landing / case.file)
        before = served(warehouse)
        started = time.perf_counter()
        run = stage.nightly(landing, warehouse)
        seconds = time.perf_counter() - started
        complaints = judge(run, telling, case.exit_code, case.says)
        if served(warehouse) != before:
            complaints.append("the served version changed")
        if case.exit_code == 1 and not list((warehouse / "runs").glob("*.json")):
            complaints.append("the refusal was not recorded")
        return Outcome(case.name, run.returncode, seconds, message(run), tuple(complaints))


def try_active_run(stage: Stage) -> Outcome:
    """A second run while one holds the warehouse."""
    with stage.copies() as (landing, warehouse), WarehouseLock(warehouse, started_at=clock.utc_now()):
        before = served(warehouse)
        started = time.perf_counter()
        run = stage.nightly(landing, warehouse)
        complaints = judge(run, set(), 75, ())
        if served(warehouse) != before:
            complaints.append("the served version changed")
        return Outcome(
            "a run already active",
            run.returncode,
            time.perf_counter() - started,
            message(run),
            tuple(complaints),
        )


def judge(
    run: subprocess.CompletedProcess[str], telling: set[str], exit_code: int, says: tuple[str, ...]
) -> list[str]:
    """What is wrong with a finished run: its exit code, words missing from its message, a value in it."""
    output = run.stdout + run.stderr
    complaints = [] if run.returncode == exit_code else [f"exit code {run.returncode}, expected {exit_code}"]
    complaints += [f"the message does not name {word}" for word in says if word not in output]
    if "Way out" not in output:
        complaints.append("the message has no way out")
    if "Traceback" in output:
        complaints.append("a traceback was printed")
    if any(cell in output for cell in telling):
        complaints.append("the message holds a value of the file")
    return complaints


def message(run: subprocess.CompletedProcess[str]) -> str:
    """The lines of a refusal, on one line each, without decoration."""
    lines = [line.strip() for line in run.stderr.splitlines() if line.strip()]
    return "\n".join(lines[-6:])


def main() -> int:
    """Run all cases; 0 when every bad export was refused as it must be."""
    console = Console()
    with tempfile.TemporaryDirectory(prefix="crw-failure-") as name:
        stage = Stage(Path(name))
        with console.status("publishing a good night"):
            good = stage.nightly(stage.landing, stage.warehouse)
        if good.returncode != 0:
            console.print(
                f"The good exports were not published (exit code {good.returncode}):\n{good.stderr}",
                markup=False,
            )
            return 1
        outcomes = []
        for case in CASES:
            with console.status(case.name):
                outcomes.append(try_case(stage, case))
        outcomes.append(try_active_run(stage))
    console.print(report(outcomes))
    failed = sum(bool(outcome.complaints) for outcome in outcomes)
    console.print(
        f"{failed} of {len(outcomes)} bad runs did not end as they must."
        if failed
        else f"All {len(outcomes)} bad runs were refused; the served version never changed."
    )
    return int(failed > 0)


def report(outcomes: list[Outcome]) -> Table:
    """One row per case: what was said, or what is wrong."""
    table = Table("case", "exit", "seconds", "message", "verdict", show_lines=True)
    for outcome in outcomes:
        verdict = "\n".join(outcome.complaints) or "refused, unchanged"
        style = "red" if outcome.complaints else "green"
        table.add_row(
            outcome.name,
            str(outcome.exit_code),
            f"{outcome.seconds:.1f}",
            outcome.said,
            f"[{style}]{verdict}[/]",
        )
    return table


if __name__ == "__main__":
    sys.exit(main())
