"""Watches the nights from outside: dead runs, late nights, alerts that nobody has yet."""

from datetime import datetime, timedelta
from pathlib import Path

import dagster as dg

from orchestration import clock
from orchestration.alerting import lateness, tell
from orchestration.defs.keys import SETTINGS
from orchestration.defs.nightly import NIGHTLY
from orchestration.publishing import lock
from orchestration.settings import Settings

# A night takes the lock within seconds of its first event; a run that writes no event and holds no lock is dead.
SILENT_FOR = timedelta(minutes=5)
_ACTIVE = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]


def reap(instance: dg.DagsterInstance, warehouse: Path, now: datetime) -> list[str]:
    """Report as failed the runs of `nightly` whose process died: the warehouse's lock is the truth. Returns their ids.

    Until then such a run would stand as started for ever, and the queue of one run would wait for it.
    """
    held_by = (lock.holder(warehouse) or {}).get("launched_by")
    reaped = []
    for run in instance.get_runs(dg.RunsFilter(job_name=NIGHTLY.name, statuses=_ACTIVE)):
        last = instance.get_records_for_run(run.run_id, limit=1, ascending=False).records
        silent = not last or now.timestamp() - last[0].timestamp > SILENT_FOR.total_seconds()
        if run.run_id != held_by and silent:
            instance.report_run_failed(
                run, "The process of this run is gone: nobody holds the warehouse's lock for it."
            )
            reaped.append(run.run_id)
    return reaped


@dg.sensor(
    minimum_interval_seconds=300,
    default_status=dg.DefaultSensorStatus.RUNNING
    if SETTINGS.mode == "production"
    else dg.DefaultSensorStatus.STOPPED,
)
def nights_watched(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Reap dead runs, alert when the night expected by CRW_LATE_AFTER is not served, send what is not delivered."""
    settings, now = Settings.from_environment(), clock.utc_now()
    reaped = reap(context.instance, settings.warehouse, now)
    late = lateness.late(settings, now, lateness.deadline())
    told = tell(settings.warehouse, now, [late] if late else [])
    for problem in told.problems:
        context.log.warning(problem)
    in_time = "late" if late else "in time"
    return dg.SkipReason(
        f"{in_time}; {len(reaped)} dead runs; {len(told.raised)} alerts, {told.delivered} delivered."
    )
