"""Kills whole nights at random moments: `python -m tests.night.faults.kills [--kills N] [--seed S]`.

A first night publishes; then nights of the next date are killed with SIGKILL after a random share of the time a
whole one takes, spread over its phases in proportion. After each kill what is served is judged, and every
`--verify` kills a night has to run through and to clean up. Exit 1 on any violation.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

from orchestration.demo import generate
from orchestration.publishing import lock
from orchestration.publishing.runs import read_runs
from orchestration.publishing.versions import current_version, list_versions
from orchestration.settings import Settings

FIRST = date(2026, 6, 1)


class Nights:
    """A warehouse with nights in processes of their own; `wrong` lists the violations."""

    def __init__(self, scratch: Path) -> None:
        self.landing, self.warehouse = scratch / "landing", scratch / "warehouse"
        generate(self.landing, customers=3)
        self.wrong: list[str] = []
        self.killed: Counter[str] = Counter()
        self.day = FIRST
        self.seconds = 0.0

    def start(self) -> subprocess.Popen[bytes]:
        """Start a night for the current date; the audit only says yes."""
        command = [sys.executable, "-m", "tests.night.driver", "0", "nightly", "--as-of", str(self.day)]
        return subprocess.Popen(
            [*command, "--landing", str(self.landing), "--warehouse", str(self.warehouse)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=Settings().project_root,
        )

    def whole(self) -> None:
        """Run a night to its end: it has to publish its date and to leave nothing behind."""
        started = time.monotonic()
        process = self.start()
        _, errors = process.communicate()
        self.seconds = time.monotonic() - started
        if process.returncode != 0:
            self.wrong.append(f"{self.day}: exit {process.returncode}: {errors.decode()[-500:]}")
            return
        version = current_version(self.warehouse)
        if version is None or version.manifest.as_of_date != self.day:
            self.wrong.append(f"{self.day}: said published, readers do not see it")
        if list((self.warehouse / "builds").iterdir()) or list_versions(self.warehouse)[1]:
            self.wrong.append(f"{self.day}: left something behind")
        if any(self.warehouse.rglob(".*.tmp")):
            self.wrong.append(f"{self.day}: left unfinished files")

    def kill(self, share: float) -> None:
        """Kill a night after a share of the usual time, and judge what is served."""
        served = current_version(self.warehouse)
        process = self.start()
        try:
            process.wait(share * self.seconds)
        except subprocess.TimeoutExpired:
            self.killed[(lock.holder(self.warehouse) or {}).get("phase", "outside the lock")] += 1
            process.kill()
            process.wait()
        else:
            self.killed["after its end"] += 1
            if process.returncode != 0:
                self.wrong.append(f"exit {process.returncode} before a kill at {share:.3f}")
        assert process.stderr is not None
        process.stderr.close()
        try:
            version = current_version(self.warehouse)
        except Exception as error:
            self.wrong.append(f"unreadable after a kill at {share:.3f}: {error}")
            return
        if version is None or served is None:
            self.wrong.append(f"nothing served after a kill at {share:.3f}")
            return
        self.wrong += [f"torn: {text}" for text in version.manifest.problems(version.folder, checksums=True)]
        if version.manifest.as_of_date < served.manifest.as_of_date:
            self.wrong.append(f"went back after a kill at {share:.3f}")


def main() -> int:
    """Kill as many nights as asked for and print what was found as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--verify", type=int, default=25, help="kills between two nights that run through")
    parser.add_argument("--seed", type=int, default=20260630)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as scratch:
        nights = Nights(Path(scratch))
        nights.whole()
        for number in range(options.kills):
            if number % options.verify == 0:
                nights.day += timedelta(days=1)
            nights.kill(chance.random())
            if (number + 1) % options.verify == 0 or number + 1 == options.kills:
                nights.whole()
            print(f"{number + 1} of {options.kills}", end="\r", file=sys.stderr, flush=True)
        records = Counter(run.status for run in read_runs(nights.warehouse))
    found = {"kills": options.kills, "phases": nights.killed, "records": records, "wrong": nights.wrong}
    print(json.dumps(found))
    return 1 if nights.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
