"""Runs commands of a warehouse in a folder of their own, with network access denied: all they leave lies below it."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.support.project import PROJECT_ROOT

GUARD = Path(__file__).parent / "network_guard"
CRW = "from orchestration.cli import main; main()"


@dataclass(frozen=True)
class Watched:
    """A folder with a home, temp folder, Dagster home, key, outputs and the log of what tried to leave."""

    root: Path

    @property
    def warehouse(self) -> Path:
        """The warehouse folder."""
        return self.root / "warehouse"

    @property
    def keys(self) -> Path:
        """Folder of the master key."""
        return self.root / "keys"

    def run(self, name: str, code: str, *arguments: str, **variables: str) -> int:
        """Run Python code in a process without a network; its output lies in out/. Returns the exit code."""
        for folder in ("home", "tmp", "dagster", "keys", "out", "work"):
            (self.root / folder).mkdir(mode=0o700, exist_ok=True)
        with (
            open(self.root / f"out/{name}.stdout", "wb") as out,
            open(self.root / f"out/{name}.stderr", "wb") as err,
        ):
            command = [*_without_network(), sys.executable, "-c", code, *arguments]
            environment = {**self._environment(), **variables}
            finished = subprocess.run(
                command, stdout=out, stderr=err, cwd=self.root / "work", env=environment, check=False
            )
        return finished.returncode

    def said(self, name: str) -> str:
        """What a run printed."""
        return "".join((self.root / f"out/{name}.{stream}").read_text() for stream in ("stdout", "stderr"))

    @property
    def network(self) -> list[dict[str, Any]]:
        """Processes started (`started`) and attempts to leave, in order."""
        return [json.loads(line) for line in (self.root / "network.jsonl").read_text().splitlines()]

    def _environment(self) -> dict[str, str]:
        kept = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH")
        return {
            **{name: os.environ[name] for name in kept if name in os.environ},
            "PYTHONPATH": os.pathsep.join([str(GUARD), str(PROJECT_ROOT)]),
            "CRW_NETWORK_LOG": str(self.root / "network.jsonl"),
            "CRW_WAREHOUSE": str(self.warehouse),
            "CRW_MASTER_KEY_FILE": str(self.keys / "master.key"),
            "DAGSTER_HOME": str(self.root / "dagster"),
            "HOME": str(self.root / "home"),
            "TMPDIR": str(self.root / "tmp"),
            "COLUMNS": "300",
        }


@cache
def _without_network() -> tuple[str, ...]:
    """Prefix of a command that takes its network away where the system allows it; the guard stands in any case."""
    command = ("unshare", "--map-root-user", "--net")
    try:
        allowed = subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        return ()
    return command if allowed else ()
