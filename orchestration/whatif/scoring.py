"""Scores one build twice, under the rules in force and under a challenger's, and keeps both sides to compare."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from orchestration import clock
from orchestration.building.dbt_runner import build_models, check_rules
from orchestration.building.hindsight import refuse_hindsight
from orchestration.building.inputs import dbt_manifest
from orchestration.building.plan import RunPlan, make_plan
from orchestration.building.probabilities import fit_probabilities
from orchestration.building.replay import Replay
from orchestration.building.sql import identifier, literal
from orchestration.building.workspace import connect_build, create_workspace
from orchestration.errors import ConfigurationError
from orchestration.files import remove_tree, write_json
from orchestration.landing.ledger import PlannedLoad, known_entities
from orchestration.landing.rekeying import refuse_unfinished
from orchestration.permissions import restricted
from orchestration.publishing.history import MEASURED_TABLES
from orchestration.publishing.lock import WHAT_IF, WarehouseLock
from orchestration.publishing.manifest import Manifest
from orchestration.publishing.recovery import recover
from orchestration.settings import Settings
from orchestration.whatif.challenge import Challenge, prepare
from orchestration.whatif.sides import COMPARED, OPTIONAL, SIDES, Scored

_FOLDER, _CHECKED = "what-if", "what-if-check"

Progress = Callable[[str, str, int, int], None]


def month_ends(first: date, last: date, months: int) -> list[date]:
    """Return up to `months` last days of months before `last`, oldest first, none before `first`."""
    found: list[date] = []
    day = last.replace(day=1) - timedelta(days=1)
    while len(found) < months and day >= first:
        found.append(day)
        day = day.replace(day=1) - timedelta(days=1)
    return found[::-1]


@contextmanager
def score_both(
    settings: Settings, served: Manifest, given: Path, on: date, months: int, progress: Progress
) -> Iterator[Scored]:
    """Score `on` and the month-ends before it from the served version's batches, under both sets of rules.

    Holds the warehouse's lock, writes below builds/ alone and removes it at the end; after a kill the next run does.
    Raises ConfigurationError (rule tables), BuildFailed, RunActive (75).
    """
    if on > served.as_of_date:
        raise ConfigurationError(
            f"--on {on} lies after the served date {served.as_of_date}.",
            "choose that date or an earlier one.",
        )
    warehouse, started_at = settings.warehouse, clock.utc_now()
    with (
        restricted(),
        WarehouseLock(warehouse, started_at=started_at, as_of=on.isoformat(), what=WHAT_IF) as lock,
    ):
        recover(warehouse, lock.previous, started_at)
        refuse_unfinished(warehouse)
        folder, project = warehouse / "builds" / _FOLDER, warehouse / "builds" / f"{_FOLDER}-rules"
        try:
            challenge = prepare(settings, given, project, on)
            loads = [PlannedLoad.model_validate(source) for source in served.sources]
            first = min((load.first_date for load in loads if load.first_date), default=on)
            days = (*month_ends(first, on, months), on)
            plan = make_plan(settings, on, loads, {}).model_copy(update={"run_id": _FOLDER})
            _check(challenge, warehouse / "builds" / _CHECKED, plan, progress)
            create_workspace(settings, plan, known_entities())
            lock.note(phase=SIDES[0])
            champion = _Side(settings, folder, plan, SIDES[0], progress)
            missing = champion.score(days)
            lock.note(phase=SIDES[1])
            _Side(challenge.settings, folder, plan, SIDES[1], progress).score(days, challenge.seeds)
            with duckdb.connect(str(folder / "compare.duckdb"), read_only=True) as connection:
                connection.execute(f"set memory_limit = {literal(settings.memory_limit)}")
                yield Scored(connection, challenge, on, days, missing)
        finally:
            for name in (_FOLDER, _CHECKED, project.name):
                remove_tree(warehouse / "builds" / name)


def _check(challenge: Challenge, folder: Path, plan: RunPlan, progress: Progress) -> None:
    """Run the tests of rule tables on the challenger's, in a workspace without data. Raises ConfigurationError."""
    progress("rules", "", 0, 0)
    empty = plan.model_copy(update={"run_id": folder.name, "loads": []})
    check_rules(challenge.settings, create_workspace(challenge.settings, empty, []))


@dataclass(frozen=True)
class _Side:
    """One set of rules over the build of both."""

    settings: Settings
    build: Path
    plan: RunPlan
    name: str
    progress: Progress

    def score(self, days: tuple[date, ...], seeds: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Build (all, or what follows from `seeds` alone), measure every date, keep the result; names absent marts."""
        before = dbt_manifest(self.build) if seeds else None
        build_models(self.settings, self.build, self._step("build"), follow=seeds)
        manifest = _whole(dbt_manifest(self.build), before)
        # As whole as a night's: whoever works on the build reads the file.
        write_json(self.build / "target" / "manifest.json", manifest)
        refuse_hindsight(manifest, MEASURED_TABLES)
        with Replay(self.settings, self.build, manifest) as replay:
            files = self._measure(replay, days)
        # As a night does, after all dates: each side has the formula that its own scores and history give.
        fit_probabilities(self.settings, self.build, self.plan)
        with connect_build(self.build, self.settings.memory_limit, self.settings.threads) as connection:
            return self._keep(connection, files)

    def _measure(self, replay: Replay, days: tuple[date, ...]) -> dict[str, list[Path]]:
        # Both sides know the same past: these dates, measured under their own rules.
        files: dict[str, list[Path]] = {}
        for position, day in enumerate(days):
            self._step("measure")(day.isoformat(), position, len(days))
            plan = make_plan(self.settings, day, self.plan.loads, {}).model_copy(update={"run_id": _FOLDER})
            replay.measure(plan, files, publish=day == self.plan.as_of)
            for table, file in replay.keep(plan).items():
                files.setdefault(table, []).append(file)
        return files

    def _keep(self, connection: duckdb.DuckDBPyConnection, files: dict[str, list[Path]]) -> tuple[str, ...]:
        connection.execute(f"attach {literal(self.build / 'compare.duckdb')} as compare")
        connection.execute(f"create schema compare.{self.name}")
        for table in MEASURED_TABLES[:2]:
            listed = ", ".join(literal(file) for file in files[table])
            connection.execute(
                f"create table compare.{self.name}.{table} as select * from read_parquet([{listed}])"
            )
        there = {
            name
            for (name,) in connection.execute(
                "select table_name from information_schema.tables where table_schema = 'marts'"
                " and table_catalog = current_database()"
            ).fetchall()
        }
        missing = tuple(table for table in OPTIONAL if table not in there)
        for table in (*COMPARED, *OPTIONAL):
            if table not in missing:
                connection.execute(
                    f"create table compare.{self.name}.{table} as select * from marts.{identifier(table)}"
                )
        connection.execute(
            f"create table compare.{self.name}.tiers as select risk_tier, rank from staging.stg_rules__risk_tiers"
        )
        connection.execute("detach compare")
        return missing

    def _step(self, phase: str) -> Callable[[str, int, int], None]:
        return lambda step, done, total: self.progress(f"{self.name} {phase}", step, done, total)


def _whole(manifest: dict[str, Any], before: dict[str, Any] | None) -> dict[str, Any]:
    """A manifest of a part of the project with the SQL of the rest, which that part left as it was."""
    for key, node in (before or {}).get("nodes", {}).items():
        if node.get("compiled_code") and not manifest["nodes"][key].get("compiled_code"):
            manifest["nodes"][key]["compiled_code"] = node["compiled_code"]
    return manifest
