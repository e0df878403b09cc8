"""The whole publish phase of a night over a build of a few bytes: quick enough to be broken at every system call."""

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from orchestration.building.measuring import Measured
from orchestration.building.plan import RunPlan
from orchestration.holds import log
from orchestration.night import Night, NightRequest
from orchestration.publishing import publish as publishing
from orchestration.publishing.history import HISTORY_TABLES, unreferenced
from orchestration.publishing.manifest import TableFacts
from orchestration.publishing.runs import RunRecord, read_runs, write_run
from orchestration.publishing.versions import current_name, current_version, list_versions
from orchestration.settings import Settings
from tests.night.driver import yes
from tests.night.tiny import make_version

OLDER, OLD, NEW = date(2026, 5, 1), date(2026, 6, 1), date(2026, 6, 2)
LONG_AGO = timedelta(days=20 * 365)  # longer than anything is kept
# Written before the processes that are broken start: they only copy it.
_ROWS = "rows.parquet"


def prepare(warehouse: Path) -> None:
    """A served version with its record, and what a publication does beside serving rows of a new date.

    An older version that it retires, a record past its retention, and a released hold that it uses up.
    """
    make_version(warehouse, OLDER)
    served = make_version(warehouse, OLD)
    record = RunRecord(
        status="published",
        started_at=served.published_at,
        ended_at=served.published_at,
        as_of=OLD.isoformat(),
        run_id=served.run_id,
        phase="publish",
        version=served.version,
    )
    write_run(warehouse, record)
    past = {"started_at": record.started_at - LONG_AGO, "ended_at": record.ended_at - LONG_AGO}
    write_run(warehouse, record.model_copy(update=past))
    held = log.hold(warehouse, [], served.published_at, NEW.isoformat())
    log.release(warehouse, held.hold_id, by="me", reason="it is right", at=served.published_at)
    parquet.write_table(pa.table({"rows": ["new"]}), warehouse / _ROWS)


def publish(warehouse: Path, ready: Callable[[], None]) -> list[str]:
    """Publish a tiny build as a night does, from `Night.publish` to the released lock; `ready()` is called before.

    Returns the warnings of the night.
    """
    settings = Settings(warehouse=warehouse, landing=warehouse, keep_versions=1, grace_hours=0)
    publishing.write_report = lambda export, draft, rules_dir: (export / "report.html").write_text("report")
    with Night.open(NightRequest(settings, NEW)) as night:
        _stage(night)
        ready()
        night.publish()
    return night.warnings


def _stage(night: Night) -> None:
    """Everything that the phases before publishing leave behind."""
    plan = RunPlan(
        as_of=NEW,
        known_at=datetime(2026, 6, 3, tzinfo=UTC),
        run_id="r0123456789ab",
        rules_version="2026.1",
        base_currency="CNY",
        inputs_sha256="inputs",
        rules_sha256="rules",
        code_sha256="code",
        loads=[],
        history={},
    )
    build = night.warehouse / "builds" / plan.run_id
    if build.exists():
        shutil.rmtree(build)
    (build / "export" / "marts").mkdir(parents=True)
    (build / "partitions").mkdir()
    for name in ("finance.duckdb", "bi.duckdb", "marts/fct_customer_risk.parquet"):
        (build / "export" / name).write_text(f"new {name}")
    for table in HISTORY_TABLES:
        shutil.copyfile(night.warehouse / _ROWS, build / "partitions" / f"{table}.parquet")
    facts = TableFacts(rows=1, sums={}, audience=["finance"], parquet="marts/fct_customer_risk.parquet")
    night._plan, night._build, night._tables = plan, build, {"fct_customer_risk": facts}
    night._served = version.manifest if (version := current_version(night.warehouse)) else None
    night._measured = Measured(plan=plan, files={}, plans={}, marks={}, unchanged=[])
    night._verdict = yes(night.settings, build)
    night._releases = {
        found.hold_id for found in log.read_holds(night.warehouse) if found.state == "released"
    }


def judge(warehouse: Path, outcome: str) -> list[str]:
    """What is wrong right after a fault; `outcome` is what the run said: published, failed, or killed."""
    try:
        version = current_version(warehouse)
    except Exception as error:
        return [f"unreadable: {error}"]
    if version is None:
        return ["unreadable: nothing is served"]
    wrong = [f"torn: {problem}" for problem in version.manifest.problems(version.folder, checksums=True)]
    for partitions in version.manifest.history.values():
        for partition in partitions.values():
            if not (warehouse / partition.file).exists():
                wrong.append(f"torn: {partition.file} is missing")
    is_new = version.manifest.as_of_date == NEW
    if outcome == "published" and not is_new:
        wrong.append("said published, but readers see the old version")
    if outcome == "failed" and is_new:
        wrong.append("said failed, but readers see the new version")
    return wrong


def judge_next(warehouse: Path, outcome: str, said: str) -> list[str]:
    """What is wrong after the run that followed, which said `outcome`; `said` is what the broken one had said."""
    wrong = [] if outcome == "published" else [f"the next run {outcome}"]
    wrong += judge(warehouse, outcome)
    whole, broken = list_versions(warehouse)
    wrong += [f"not whole: {name}" for name in broken]
    left = [path.name for path in (warehouse / "builds").iterdir()]
    left += [str(path.relative_to(warehouse)) for path in warehouse.rglob(".*.tmp")]
    left += [path.name for path in unreferenced(warehouse, [version.manifest for version in whole])]
    wrong += [f"left over: {name}" for name in left]
    runs = read_runs(warehouse)
    if [run for run in runs if run.started_at.date() < OLDER]:
        wrong.append("left over: a record past its retention")
    runs = [run for run in runs if run.started_at.date() >= OLDER]
    if [found.state for found in log.read_holds(warehouse)] != ["published"]:
        wrong.append("the release was not used up")
    statuses = [run.status for run in runs]
    if current_name(warehouse) not in {run.version for run in runs}:
        wrong.append(f"no record of {current_name(warehouse)}, which is served")
    # Runs that start within the same second share a record's name.
    if not 2 <= len(runs) <= 3 or (said == "published" and set(statuses) != {"published"}):
        wrong.append(f"records: {statuses} after a run that {said}")
    return wrong
