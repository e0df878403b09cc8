"""Decides which dates beside the run's own are measured in a build, measures them, and lists what they restate."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from orchestration.building import restatements
from orchestration.building.hindsight import refuse_hindsight
from orchestration.building.inputs import dbt_manifest
from orchestration.building.late_documents import DocumentMarks, reached_dates
from orchestration.building.plan import RunPlan, make_plan
from orchestration.building.replay import Replay
from orchestration.publishing.history import FACT, MEASURED_TABLES, History, change_reason
from orchestration.publishing.manifest import Partition
from orchestration.settings import Settings

Progress = Callable[[str, int, int], None]
_WINDOW = "select max(value) from staging.stg_rules__model_parameters where parameter = 'restatement_days'"


@dataclass
class Measured:
    """Dates measured beside the run's own: their plans and partition files by table; `marks` by date, own included.

    `plan` is the run's own: its identity follows from the dates before it, so from those measured here.
    """

    plan: RunPlan
    plans: dict[date, RunPlan] = field(default_factory=dict)
    files: dict[date, dict[str, Path]] = field(default_factory=dict)
    marks: dict[date, str] = field(default_factory=dict)
    unchanged: list[date] = field(default_factory=list)


def measure_dates(
    settings: Settings,
    build: Path,
    plan: RunPlan,
    requested: tuple[date, ...],
    progress: Progress,
    *,
    restates: bool,
) -> Measured:
    """Measure the requested dates, oldest first, then the run's own again; list what they restate.

    `restates` adds the finished dates that a document reached since they were published. A date that says the same
    as before keeps its partition. Raises BuildFailed, also when a score would know the future.
    """
    measured = Measured(plan)
    manifest = dbt_manifest(build)
    refuse_hindsight(manifest, MEASURED_TABLES)
    with Replay(settings, build, manifest) as replay:
        marks = DocumentMarks(replay.connection)
        window = replay.connection.execute(_WINDOW).fetchone()
        finished = plan.history.get(FACT, {})
        days = {*requested} - {plan.as_of}
        if restates:
            days |= reached_dates(finished, marks, plan.as_of, int(window[0] or 0) if window else 0)
        same_day = plan.history.get("mart_restatements", {}).get(plan.as_of)
        restatements.create_table(replay.connection, settings.warehouse / same_day.file if same_day else None)
        history: History = {table: dict(dates) for table, dates in plan.history.items()}
        for position, day in enumerate(sorted(days)):
            progress(day.isoformat(), position, len(days))
            _measure_one(settings, replay, plan, day, history, measured)
        if days:
            progress(plan.as_of.isoformat(), len(days), len(days))
            plan = measured.plan = make_plan(settings, plan.as_of, plan.loads, history)
            replay.measure(plan, earlier_files(settings, history, measured, plan.as_of), publish=True)
        if before := finished.get(plan.as_of):
            _record(settings, replay, before, plan, "marts." + FACT)
        replay.list_restatements(plan)
        measured.marks = {day: marks.on(day) for day in (*days, plan.as_of)}
    return measured


def _measure_one(
    settings: Settings, replay: Replay, plan: RunPlan, day: date, history: History, measured: Measured
) -> None:
    day_plan = make_plan(settings, day, plan.loads, history)
    replay.measure(day_plan, earlier_files(settings, history, measured, day))
    files = replay.keep(day_plan)
    before = history.get(FACT, {}).get(day)
    if before is not None:
        old = {
            table: settings.warehouse / history[table][day].file
            for table in MEASURED_TABLES
            if day in history.get(table, {})
        }
        finished = restatements.Finished(day, before.run_id, old)
        if not restatements.differs(replay.connection, finished, files):
            measured.unchanged.append(day)
            return
        _record(settings, replay, before, day_plan, files[FACT])
    measured.plans[day], measured.files[day] = day_plan, files
    for table in files:
        history.setdefault(table, {})[day] = _draft(day_plan)


def _record(settings: Settings, replay: Replay, before: Partition, now: RunPlan, source: Path | str) -> None:
    if before.run_id == now.run_id:
        return
    finished = restatements.Finished(now.as_of, before.run_id, {FACT: settings.warehouse / before.file})
    reason = change_reason(before, now.inputs_sha256, now.rules_sha256, now.code_sha256)
    restatements.record(replay.connection, finished, source, table=FACT, run_id=now.run_id, reason=reason)


def earlier_files(
    settings: Settings, history: History, measured: Measured, day: date
) -> dict[str, list[Path]]:
    """Partition files of the dates before a day: those measured here, else those published before."""
    return {
        table: [
            measured.files.get(past, {}).get(table, settings.warehouse / partition.file)
            for past, partition in sorted(dates.items())
            if past < day
        ]
        for table, dates in history.items()
    }


def _draft(plan: RunPlan) -> Partition:
    # Stands for a partition until it is published: the next date's identity needs its run.
    return Partition(
        file="",
        sha256="",
        rows=0,
        run_id=plan.run_id,
        inputs_sha256=plan.inputs_sha256,
        rules_sha256=plan.rules_sha256,
        code_sha256=plan.code_sha256,
    )
