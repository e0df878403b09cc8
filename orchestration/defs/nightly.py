"""When the night runs and who hears of it when it does not end well."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import dagster as dg

from orchestration import clock
from orchestration.alerting import causes, lateness, tell
from orchestration.defs.keys import PARTITION, SETTINGS
from orchestration.publishing.recovery import unrecorded
from orchestration.publishing.runs import read_runs
from orchestration.publishing.standing import missed_dates
from orchestration.settings import Settings

# 04:00 exists once on every day of the year in the zones that change their clocks at 02:00 or 03:00.
STARTS = time(4)
CRON = f"{STARTS.minute} {STARTS.hour} * * *"

NIGHTLY = dg.define_asset_job(
    "nightly",
    selection=dg.AssetSelection.all(),
    executor_def=dg.in_process_executor,
    description="Land, build, audit, publish for one business date: what `crw nightly` does.",
)


# The demo has one date to show; a warehouse in production runs by itself.
_IN_PRODUCTION = SETTINGS.mode == "production"


@dg.schedule(
    job=NIGHTLY,
    cron_schedule=CRON,
    execution_timezone=SETTINGS.timezone,
    default_status=dg.DefaultScheduleStatus.RUNNING if _IN_PRODUCTION else dg.DefaultScheduleStatus.STOPPED,
)
def every_night(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Ask for the day before, or for the oldest date that was missed: `next_missed` asks for the others."""
    last = clock.yesterday(SETTINGS.timezone, context.scheduled_execution_time)
    missed = missed_dates(Settings.from_environment().warehouse, last)
    key = min([last, *missed]).isoformat()
    # A date that was asked for on an earlier night, in vain, is asked for again.
    run_key = key if key == last.isoformat() else f"{key} asked for before {last}"
    return dg.RunRequest(run_key=run_key, partition_key=key)


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    monitored_jobs=[NIGHTLY],
    request_job=NIGHTLY,
    default_status=dg.DefaultSensorStatus.RUNNING if _IN_PRODUCTION else dg.DefaultSensorStatus.STOPPED,
)
def next_missed(context: dg.RunStatusSensorContext) -> dg.RunRequest | dg.SkipReason:
    """Ask for the date after the one that was published, while nights up to the last tick are missing: in order."""
    done = date.fromisoformat(context.dagster_run.tags[PARTITION])
    following = missed_after(done, clock.utc_now())
    if following is None:
        return dg.SkipReason(f"No night is missing after {done}.")
    return dg.RunRequest(
        run_key=f"{following} after {context.dagster_run.run_id}", partition_key=following.isoformat()
    )


def missed_after(done: date, now: datetime) -> date | None:
    """The date after `done`, when it is the oldest one missing and its tick has come; None otherwise."""
    settings = Settings.from_environment()
    missed = missed_dates(settings.warehouse, lateness.expected_date(settings, now, STARTS))
    return missed[0] if missed and missed[0] == done + timedelta(days=1) else None


def story(event: dg.DagsterEvent) -> str:
    """Phase and way out of a failed step, in the words of our own Failure; for a foreign error its step only."""
    data = event.step_failure_data if event.is_step_failure else None
    own = data.user_failure_data if data else None
    return own.description if own and own.description else f"{event.step_key}: failed; see the run's log."


@dg.run_failure_sensor(monitored_jobs=[NIGHTLY], default_status=dg.DefaultSensorStatus.RUNNING)
def night_failed(context: dg.RunFailureSensorContext) -> Iterator[dg.SkipReason]:
    """One alert for each failed night: date, phase, way out; no data values."""
    steps = context.get_step_failure_events()
    told = "; ".join(story(event) for event in steps) or "The run ended outside its steps; see its log."
    as_of = context.dagster_run.tags.get(PARTITION, "")
    context.log.error(f"as_of {as_of}: {told} What was published before stays served.")
    warehouse, now = Settings.from_environment().warehouse, clock.utc_now()
    # A night that got its lock has a record, from which it is told; one that did not is told from here.
    recorded = {run.launched_by for run in [*read_runs(warehouse), *unrecorded(warehouse, now)]}
    own = [] if context.dagster_run.run_id in recorded else [causes.of_story(told, as_of, now)]
    for problem in tell(warehouse, now, own).problems:
        context.log.warning(problem)
    yield dg.SkipReason(told)
