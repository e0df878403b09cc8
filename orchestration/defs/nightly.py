"""When the night runs and who hears of it when it does not end well."""

from collections.abc import Iterator
from datetime import datetime

import dagster as dg

from orchestration import clock
from orchestration.defs.keys import SETTINGS

# 04:00 exists once on every day of the year in the zones that change their clocks at 02:00 or 03:00.
CRON = "0 4 * * *"

NIGHTLY = dg.define_asset_job(
    "nightly",
    selection=dg.AssetSelection.all(),
    executor_def=dg.in_process_executor,
    description="Land, build, audit, publish for one business date: what `crw nightly` does.",
)


def business_date(timezone: str, moment: datetime) -> str:
    """Partition that a tick asks for: the day before `moment`, as people in `timezone` count days."""
    return clock.yesterday(timezone, moment).isoformat()


@dg.schedule(
    job=NIGHTLY,
    cron_schedule=CRON,
    execution_timezone=SETTINGS.timezone,
    # The demo has one date to show; a warehouse in production runs by itself.
    default_status=dg.DefaultScheduleStatus.RUNNING
    if SETTINGS.mode == "production"
    else dg.DefaultScheduleStatus.STOPPED,
)
def every_night(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Ask for the day before; one run for each date."""
    key = business_date(SETTINGS.timezone, context.scheduled_execution_time)
    return dg.RunRequest(run_key=key, partition_key=key)


def story(event: dg.DagsterEvent) -> str:
    """Phase and way out of a failed step, in the words of our own Failure; for a foreign error its step only."""
    data = event.step_failure_data if event.is_step_failure else None
    own = data.user_failure_data if data else None
    return own.description if own and own.description else f"{event.step_key}: failed; see the run's log."


@dg.run_failure_sensor(monitored_jobs=[NIGHTLY], default_status=dg.DefaultSensorStatus.RUNNING)
def night_failed(context: dg.RunFailureSensorContext) -> Iterator[dg.SkipReason]:
    """One alert for each failed night: date, phase, way out; no data values. A webhook would be called here."""
    steps = context.get_step_failure_events()
    told = "; ".join(story(event) for event in steps) or "the run ended outside its steps; see its log."
    context.log.error(f"as_of {context.partition_key}: {told} What was published before stays served.")
    yield dg.SkipReason(told)
