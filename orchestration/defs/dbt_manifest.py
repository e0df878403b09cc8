"""The dbt manifest without a warehouse: parsed once for each state of the project, kept beside it."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from orchestration.building.parsing import project_state
from orchestration.errors import ConfigurationError
from orchestration.settings import PROJECT_ROOT

_MANIFEST = "manifest"
_SEMANTIC = "semantic_manifest"


def dbt_manifest(project_root: Path = PROJECT_ROOT) -> dict[str, Any]:
    """Return the manifest of dbt_project as it is now; parse only when a file has changed since.

    Raises ConfigurationError when dbt cannot parse the project; the message holds dbt's own text (code, no data).
    """
    return json.loads(_parsed(project_root, _MANIFEST).read_text(encoding="utf-8"))


def semantic_manifest(project_root: Path = PROJECT_ROOT) -> str:
    """Return the metrics of dbt_project as dbt writes them for MetricFlow (JSON), over the tables that BI reads.

    Raises ConfigurationError when dbt cannot parse the project.
    """
    return _parsed(project_root, _SEMANTIC).read_text(encoding="utf-8")


def _parsed(project_root: Path, artifact: str) -> Path:
    """File of one of dbt's artifacts for the project as it is now."""
    cache = project_root / "dbt_project" / "target" / "parsed"
    state = project_state(project_root)
    kept = cache / f"{artifact}-{state}.json"
    if not kept.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as target:
            _parse(project_root, Path(target))
            for name in (_SEMANTIC, _MANIFEST):
                now = cache / f"{name}-{state}.json"
                os.replace(Path(target) / f"{name}.json", now)
                # Another process may be reading what we have just replaced: only what is out of date goes.
                for old in set(cache.glob(f"{name}-*.json")) - {now}:
                    old.unlink(missing_ok=True)
    return kept


def _parse(project_root: Path, target: Path) -> None:
    """Run dbt in a process of its own: its global state and its log stay out of ours. No database is opened."""
    folder = str(project_root / "dbt_project")
    run_dbt = [
        sys.executable,
        "-c",
        "from dbt.cli.main import cli; cli()",
        "--quiet",
        "parse",
        "--no-partial-parse",
    ]
    places = [
        # Metrics are read from the published file: its name is in every query they make.
        "--target",
        "bi",
        "--project-dir",
        folder,
        "--profiles-dir",
        folder,
        "--target-path",
        target,
        "--log-path",
        target,
    ]
    result = subprocess.run(
        [*run_dbt, *places],
        env={**os.environ, "CRW_BI_DB": "bi.duckdb", "DO_NOT_TRACK": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        said = "\n".join(
            [*result.stdout.strip().splitlines()[-12:], *result.stderr.strip().splitlines()[-3:]]
        )
        raise ConfigurationError(
            f"dbt cannot parse dbt_project:\n{said}\n", "correct the file and line that dbt names."
        )
