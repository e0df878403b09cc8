"""Runs dbt in this process, quietly: progress by callback, failures reduced to model and error class."""

import logging
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt_common.events.base_types import EventMsg

from orchestration.building.parsing import keep_parsed, manifest_of, parsed_place, take_parsed
from orchestration.building.workspace import DATABASE, close_database
from orchestration.errors import BuildFailed, ConfigurationError
from orchestration.settings import Settings

# A record that its file has no room for would be printed whole: dbt's texts may quote a row.
logging.raiseExceptions = False

Progress = Callable[[str, int, int], None]
_ERROR_CLASS = re.compile(r"\b(Out of Memory Error|(?:[A-Z][A-Za-z-]+ )+(?:Error|Exception))\b")
_NO_ROOM = {"Out of Memory Error", "IO Error"}
_QUIET = ["--quiet", "--no-print", "--no-use-colors", "--log-level", "none", "--no-version-check"]
_QUIET += ["--log-level-file", "info", "--no-send-anonymous-usage-stats", "--no-partial-parse"]


def dbt_environment(settings: Settings, build: Path) -> dict[str, str]:
    """Return the variables that dbt_project/profiles.yml reads."""
    return {
        "CRW_BUILD_DB": str(build / DATABASE),
        "CRW_MEMORY_LIMIT": settings.memory_limit,
        "CRW_THREADS": str(settings.threads),
        "CRW_TEMP_DIR": str(build / "tmp"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


def dbt_arguments(settings: Settings, build: Path, *, target: str) -> list[str]:
    """Return the options every dbt command of a run carries."""
    project = str(settings.dbt_dir)
    return [
        *("--project-dir", project),
        *("--profiles-dir", project),
        *("--target", target),
        *("--target-path", str(build / "target")),
        *("--log-path", str(build / "logs")),
    ]


def build_models(settings: Settings, build: Path, progress: Progress, *, follow: Sequence[str] = ()) -> None:
    """Load the rule tables and build every model, then leave the database closed without a write-ahead log.

    `follow` names rule tables: only they and what is made of them are built again, in a database built before.
    Raises BuildFailed naming models and error classes; the full text stays in the build's logs (0700).
    """
    command = ["build", "--resource-type", "seed", "--resource-type", "model", *_QUIET]
    if follow:
        command += ["--select", *(f"{seed}+" for seed in follow)]
    failures: dict[str, str] = {}
    reader = _EventReader(progress)
    place = parsed_place(settings)
    with _environment(dbt_environment(settings, build)):
        try:
            is_parsed = take_parsed(place, build)
            runner = dbtRunner(manifest=manifest_of(build), callbacks=[reader])
            result = runner.invoke([*command, *dbt_arguments(settings, build, target="build")])
        finally:
            release_database()
    if not is_parsed:
        keep_parsed(settings, build, place)
    for item in getattr(result.result, "results", None) or []:
        if item.status in ("error", "fail"):
            failures[item.node.name] = error_class(item.message or "")
    if not result.success:
        if not failures:
            failures["the project"] = type(result.exception).__name__ if result.exception else "unknown error"
        listed = "; ".join(f"{name}: {kind}" for name, kind in sorted(failures.items()))
        room = "" if _NO_ROOM.isdisjoint(failures.values()) else "make room or raise CRW_MEMORY_LIMIT; "
        raise BuildFailed(f"dbt could not build {listed}.", f"{room}read {build / 'logs' / 'dbt.log'}.")
    close_database(build)


def check_rules(settings: Settings, folder: Path) -> None:
    """Load every rule table into the database of `folder`, which knows a date, and run the tests of rule tables alone.

    Weights that sum to 1, bands and tiers without a gap, known codes. Raises ConfigurationError naming the tests that
    fail and how many rows break each.
    """
    # Cautious: a test that reads anything else is left to the build.
    chosen = ["resource_type:seed", "path:models/staging/rules", "path:models/staging/run"]
    command = ["build", "--exclude-resource-type", "unit_test", "--select", *chosen]
    place = parsed_place(settings)
    command += ["--indirect-selection", "cautious", *_QUIET, *dbt_arguments(settings, folder, target="build")]
    with _environment(dbt_environment(settings, folder)):
        try:
            result = dbtRunner().invoke(command)
        finally:
            release_database()
    keep_parsed(settings, folder, place)
    failed = [
        f"  {item.node.name}: {item.failures} rows" if str(item.status) == "fail" else f"  {item.node.name}"
        for item in getattr(result.result, "results", None) or []
        if str(item.status) in ("fail", "error")
    ]
    if failed or not result.success:
        listed = "\n".join(sorted(failed)) or f"  {type(result.exception).__name__}"
        raise ConfigurationError(
            f"The rule tables break these tests:\n{listed}\n",
            "dbt_project/tests/rules and seeds/rules/_rules.yml say what each asks for; correct the rows.",
        )


def error_class(message: str) -> str:
    """Reduce an error text, which may quote a row, to the innermost error class it names."""
    found = _ERROR_CLASS.findall(message)
    return found[-1] if found else "error"


def release_database() -> None:
    """Close dbt's own handle on the build's database: the adapter would keep it until the process ends."""
    environment = DuckDBConnectionManager._ENV
    if environment is not None:
        environment.close()
        DuckDBConnectionManager._ENV = None


class _EventReader:
    """Turns dbt's events into progress(model, done, total)."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._done = 0
        self._total = 0

    def __call__(self, event: EventMsg) -> None:
        name = event.info.name
        if name == "LogStartLine":
            self._total = max(self._total, event.data.total)
            self._progress(event.data.node_info.node_name, self._done, self._total)
        elif name == "NodeFinished":
            self._done += 1
            self._progress(event.data.node_info.node_name, self._done, max(self._total, self._done))


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
