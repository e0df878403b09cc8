"""MetricFlow on the file BI reads: every metric by every dimension, read-only, and without a word to the network."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from orchestration.defs.dbt_manifest import semantic_manifest
from orchestration.files import write_atomic
from orchestration.settings import Settings


def write_definitions(settings: Settings) -> None:
    """Put the metrics, as they are defined now, where `mf` reads them; takes a while after a change of the project.

    Raises ConfigurationError when dbt cannot parse the project.
    """
    place = settings.dbt_dir / "target" / "semantic_manifest.json"
    defined = semantic_manifest(settings.project_root).encode()
    if not place.exists() or place.read_bytes() != defined:
        write_atomic(place, defined)


def run_metricflow(settings: Settings, database: Path, arguments: Sequence[str]) -> int:
    """Run one command of MetricFlow's `mf` on a published bi.duckdb and return its exit code, 0 or 1.

    Write the definitions first. It prints for itself and logs into dbt_project/logs; the process is its own from
    here on, as dbt's settings are global.
    """
    os.environ.update(_variables(settings, database))
    # Imported late: dbt reads its variables when it is imported, and other commands need neither.
    from dbt_metricflow.cli import main as metricflow

    metricflow.UpdateChecker = _NoUpdateCheck
    if not sys.stdout.isatty():
        # A log would hold every frame of the spinners; what they say last is all it needs.
        metricflow.Halo.start = lambda spinner, text=None: spinner
    try:
        metricflow.cli.main(list(arguments), prog_name="crw metrics", standalone_mode=False)
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def _variables(settings: Settings, database: Path) -> dict[str, str]:
    """What dbt and dbt_project/profiles.yml read; the target `bi` cannot write and opens no other file."""
    return {
        "CRW_BI_DB": str(database),
        "CRW_MEMORY_LIMIT": settings.memory_limit,
        "CRW_THREADS": str(settings.threads),
        "DBT_TARGET": "bi",
        "DBT_PROJECT_DIR": str(settings.dbt_dir),
        "DBT_PROFILES_DIR": str(settings.dbt_dir),
        "DBT_LOG_PATH": str(settings.dbt_dir / "logs"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }


class _NoUpdateCheck:
    """In place of MetricFlow's question to the package index, at every command, for a newer release of itself."""

    def check(self, package_name: str, package_version: str) -> None:
        """Say that there is none."""
