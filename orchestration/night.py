"""The nightly run, door to door: lock, land, plan, build, export, audit, publish.

The command line and Dagster call the same phases of `Night`; each phase is noted in the lock and timed.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Literal

from orchestration import clock
from orchestration.auditing.verdict import Verdict
from orchestration.building import inputs
from orchestration.building.audit import refusal_text, run_audit, summarise
from orchestration.building.dbt_runner import build_models
from orchestration.building.measuring import Measured, earlier_files, measure_dates
from orchestration.building.plan import RunPlan, make_plan
from orchestration.building.workspace import DATABASE, connect_build, create_workspace, set_history
from orchestration.errors import AuditRefused, CrwError, RunHeld
from orchestration.files import remove_tree
from orchestration.holds.gate import pass_or_hold
from orchestration.holds.log import mark_published, rejected_batches
from orchestration.landing.ledger import Delivery, known_entities
from orchestration.landing.rekeying import refuse_unfinished
from orchestration.permissions import close_folders, restricted
from orchestration.privacy import nightly as privacy
from orchestration.privacy.retention import young
from orchestration.protection.categories import Categories
from orchestration.publishing import export as exporting
from orchestration.publishing import publish as publishing
from orchestration.publishing import retention
from orchestration.publishing.history import HISTORY_TABLES, History
from orchestration.publishing.lock import WarehouseLock
from orchestration.publishing.manifest import Manifest, TableFacts
from orchestration.publishing.recovery import recover
from orchestration.publishing.runs import RunRecord, Status, write_run
from orchestration.publishing.versions import Version, base_version
from orchestration.publishing.withholding import read_rules
from orchestration.settings import Settings

Phase = Literal["land", "plan", "build", "measure", "export", "audit", "publish"]
Progress = Callable[[str, str, int, int], None]
"""progress(phase, step, done, total)"""


@dataclass(frozen=True)
class NightRequest:
    """What to run: `as_of` None = its default; `known_at` given = a replay that lands nothing.

    `dates` are other dates to measure beside as_of (a backfill); `lands` False takes what was landed before.
    `launched_by` is the id that a scheduler gave to the run; lock and record carry it.
    """

    settings: Settings
    as_of: date | None = None
    known_at: datetime | None = None
    dates: tuple[date, ...] = ()
    lands: bool = True
    launched_by: str = ""


@dataclass
class NightResult:
    """A published run: the version, how it was judged, and seconds by phase."""

    version: Version
    verdict: Verdict
    delivery: Delivery | None
    seconds: dict[str, float]
    warnings: list[str] = field(default_factory=list)


def quiet(phase: str, step: str, done: int, total: int) -> None:
    """Progress for callers that show none."""


class Night:
    """One run under the warehouse's lock; open it with `Night.open`, then call the phases in order."""

    def __init__(
        self, request: NightRequest, lock: WarehouseLock, started_at: datetime, progress: Progress
    ) -> None:
        self.settings = request.settings
        self.warehouse = request.settings.warehouse
        self.as_of = inputs.business_date(request.settings, request.as_of, started_at)
        self.known_at = request.known_at
        self.launched_by = request.launched_by
        self.dates = request.dates
        self.lands = request.lands and request.known_at is None
        self.started_at = started_at
        self.phase = "start"
        self.seconds: dict[str, float] = {}
        self.warnings: list[str] = []
        self.delivery: Delivery | None = None
        self.version: Version | None = None
        self._lock = lock
        self._progress = progress
        self._served: Manifest | None = None
        self._history: History | None = None
        self._plan: RunPlan | None = None
        self._build: Path | None = None
        self._measured: Measured | None = None
        self._tables: dict[str, TableFacts] = {}
        self._releases: set[str] = set()
        self._verdict: Verdict | None = None

    @classmethod
    @contextmanager
    def open(
        cls, request: NightRequest, progress: Progress = quiet, held: WarehouseLock | None = None
    ) -> Iterator["Night"]:
        """Hold the lock (or go on under one that is `held`), clean what killed runs left, and record the outcome.

        Raises RunActive (75).
        """
        started_at = clock.utc_now()
        taken = WarehouseLock(request.settings.warehouse, started_at=started_at)
        with restricted(), nullcontext(held) if held else taken as lock:
            close_folders(request.settings.warehouse)
            night = cls(request, lock, started_at, progress)
            lock.note(as_of=night.as_of.isoformat(), launched_by=request.launched_by)
            try:
                recover(request.settings.warehouse, lock.previous, started_at)
                refuse_unfinished(request.settings.warehouse)
                yield night
            except CrwError as error:
                night._record(night._ended(error), str(error))
                raise
            except BaseException as error:
                night._record("failed", type(error).__name__)
                raise
            if night.version is None:
                night._record("failed", "ended before it was published")

    @property
    def run_plan(self) -> RunPlan:
        """The plan, once `plan()` has run."""
        assert self._plan is not None, "call plan() first"
        return self._plan

    @property
    def build_dir(self) -> Path:
        """The build folder, once `build()` has run."""
        assert self._build is not None, "call build() first"
        return self._build

    @property
    def measured(self) -> Measured:
        """What was measured of other dates, once `build()` has run."""
        assert self._measured is not None, "call build() first"
        return self._measured

    def replace_history(self, history: History) -> None:
        """Carry these partitions instead of those of the served version; before `plan()`."""
        self._history = history

    def land(self) -> Delivery | None:
        """Land the folder of the settings; a replay lands nothing. Raises LandingRefused with every refused file."""
        if not self.lands:
            return None
        with self._timed("land"):
            self.delivery = inputs.land_delivery(
                self.settings, self.started_at, self.as_of, partial(self._progress, "land")
            )
            inputs.refuse_bad_files(self.delivery)
        return self.delivery

    def plan(self) -> RunPlan:
        """Choose the batches known and derive the run's identity.

        Raises LandingRefused when nothing is known, RunHeld when what is known needs a person's word first.
        """
        with self._timed("plan"):
            served = base_version(self.warehouse)
            self._served = served.manifest if served else None
            if self._served and self._history is not None:
                self._served = self._served.model_copy(update={"history": self._history})
            loads = inputs.known_loads(self.settings, self.known_at, self.as_of)
            if self.delivery:
                self.warnings += inputs.delivery_warnings(
                    self.delivery, loads, rejected_batches(self.warehouse)
                )
            replay = self.known_at is not None
            self._releases = pass_or_hold(self.settings, loads, self.as_of, self.started_at, replay=replay)
            if self._served and self.known_at is None:
                kept = young(self._served.history, Categories.load(self.settings.rules_dir), self.as_of)
                self._served = self._served.model_copy(update={"history": kept})
            history = self._served.history if self._served else {}
            self._plan = make_plan(self.settings, self.as_of, loads, history)
            self._lock.note(run_id=self._plan.run_id)
        return self._plan

    def build(self) -> Path:
        """Create the run's database, build every model, and measure what other dates need it. Raises BuildFailed."""
        with self._timed("build"):
            self._build = create_workspace(self.settings, self.run_plan, known_entities())
            build_models(self.settings, self._build, partial(self._progress, "build"))
        with self._timed("measure"):
            measured = measure_dates(
                self.settings,
                self._build,
                self.run_plan,
                self.dates,
                partial(self._progress, "measure"),
                # A replay knows less than what is served: it may not speak for other dates.
                restates=self.known_at is None,
            )
            self._measured = measured
            self._take_identity(measured.plan)
            if measured.plans and not self.dates:
                self.warnings.append(_restated(sorted(measured.plans)))
        return self._build

    def export(self) -> dict[str, TableFacts]:
        """Write the files for readers, not yet served, so that the audit can read them too."""
        with self._timed("export"):
            marts = exporting.marts_of(inputs.dbt_manifest(self.build_dir))
            files: dict[str, dict[date, Path]] = {
                table: {day: self.warehouse / partition.file for day, partition in dates.items()}
                for table, dates in self.run_plan.carried.items()
            }
            for day, tables in self.measured.files.items():
                for table, file in tables.items():
                    files.setdefault(table, {})[day] = file
            carried = {table: [file for _, file in sorted(dates.items())] for table, dates in files.items()}
            self._tables = exporting.export(
                self.build_dir / DATABASE,
                self.build_dir / "export",
                self.build_dir / "partitions",
                marts,
                carried,
                cells=read_rules(self.settings.rules_dir, self.as_of),
                memory_limit=self.settings.memory_limit,
                threads=self.settings.threads,
                temp_dir=self.build_dir / "tmp",
            )
        return self._tables

    def audit(self) -> Verdict:
        """Judge the build in a fresh read-only process; the verdict says what failed, `publish` refuses."""
        with self._timed("audit"):
            self._verdict = run_audit(self.settings, self.build_dir)
        return self._verdict

    def publish(self) -> Version:
        """Serve the build. Raises AuditRefused without a passed verdict: the version before stays served."""
        verdict = self._verdict
        if verdict is None or not verdict.passed:
            raise AuditRefused(
                refusal_text(verdict, self.build_dir) if verdict else "There is no verdict on this build.",
                f"see {self.build_dir / 'audit.json'}; correct the cause and run again.",
            )
        with self._timed("publish"):
            plan, build = self.run_plan, self.build_dir
            files = {
                plan.as_of: {table: build / "partitions" / f"{table}.parquet" for table in HISTORY_TABLES}
            }
            files |= self.measured.files
            plans = {plan.as_of: plan} | self.measured.plans
            # A replay knows less than what is served: it may not say what is superseded.
            today = privacy.clock_of(self.as_of, self.started_at)
            used = [load.batch_id for load in plan.loads]
            removals = privacy.planned(self.settings, used, today) if self.known_at is None else []
            own = {
                day: publishing.describe_partitions(
                    self.warehouse, plans[day], files[day], self.measured.marks.get(day)
                )
                for day in sorted(plans)
            }
            manifest = publishing.assemble(
                self.warehouse,
                build,
                plan,
                self._remarked(),
                self._tables,
                own,
                summarise(verdict),
                clock.utc_now(),
                [removal.document() for removal in removals],
            )
            self.version, warnings = publishing.publish(self.warehouse, build, manifest, own, files)
            self.warnings += warnings
            mark_published(self.warehouse, self._releases, self.version.name)
            newest = max(day for dates in manifest.history.values() for day in dates)
            if newest > self.as_of:
                self.warnings.append(
                    f"What is served now is as of {self.as_of}, though the history reaches {newest}:"
                    f" `crw rollback {manifest.previous_version}` serves the version before again."
                )
            self._record("published", "")
            self._clean_up(build)
            self.warnings += privacy.end_of_night(self.settings, removals, today, clock.utc_now())
        return self.version

    def result(self) -> NightResult:
        """Return what was published, after `publish()`."""
        assert self.version is not None, "call publish() first"
        assert self._verdict is not None, "call audit() first"
        return NightResult(self.version, self._verdict, self.delivery, self.seconds, self.warnings)

    def _take_identity(self, plan: RunPlan) -> None:
        """Dates measured before as_of are part of what the run is made of: its identity and folder follow."""
        if plan.run_id == self.run_plan.run_id:
            return
        build = self.build_dir.with_name(plan.run_id)
        remove_tree(build)
        self.build_dir.rename(build)
        plan.write(build)
        self._build, self._plan = build, plan
        # Files were noted with the folder's old name.
        for files in self.measured.files.values():
            files.update({table: build / file.relative_to(file.parents[2]) for table, file in files.items()})
        earlier = earlier_files(self.settings, plan.history, self.measured, plan.as_of)
        with connect_build(build, self.settings.memory_limit, self.settings.threads) as connection:
            set_history(connection, self.settings.dbt_dir, earlier)
            connection.execute("checkpoint")
        self._lock.note(run_id=plan.run_id)

    def _remarked(self) -> Manifest | None:
        """What is served, with the marks of dates that were measured again and said the same."""
        if self._served is None or not self.measured.unchanged:
            return self._served
        history = {table: dict(dates) for table, dates in self._served.history.items()}
        for day in self.measured.unchanged:
            mark = {"documents_mark": self.measured.marks[day]}
            for dates in history.values():
                if day in dates:
                    dates[day] = dates[day].model_copy(update=mark)
        return self._served.model_copy(update={"history": history})

    def _clean_up(self, build: Path) -> None:
        # Served already: what cannot be cleaned now is cleaned at the start of the next run.
        try:
            remove_tree(build)
            retention.retire_old(
                self.warehouse,
                keep=self.settings.keep_versions,
                grace_hours=self.settings.grace_hours,
                now=clock.utc_now(),
            )
        except OSError as error:
            self.warnings.append(
                f"Old files could not be removed: {error.strerror}; the next run tries again."
            )

    def _ended(self, error: CrwError) -> Status:
        if isinstance(error, RunHeld):
            return "held"
        refused = error.exit_code == 1 and self.phase in ("land", "audit", "publish")
        return "refused" if refused else "failed"

    def _record(self, status: Status, reason: str) -> None:
        record = RunRecord(
            status=status,
            started_at=self.started_at,
            ended_at=clock.utc_now(),
            as_of=self.as_of.isoformat(),
            run_id=self._plan.run_id if self._plan else "",
            phase=self.phase,
            reason=reason,
            version=self.version.name if self.version else None,
            launched_by=self.launched_by,
            seconds={phase: round(seconds, 1) for phase, seconds in self.seconds.items()},
        )
        try:
            write_run(self.warehouse, record)
        except OSError as error:
            self.warnings.append(f"The record of this run could not be written: {error.strerror}.")

    @contextmanager
    def _timed(self, phase: Phase) -> Iterator[None]:
        self.phase = phase
        self._lock.note(phase=phase, phase_since=clock.iso(clock.utc_now()))
        self._progress(phase, "", 0, 0)
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[phase] = time.perf_counter() - started


def _restated(days: list[date]) -> str:
    listed = ", ".join(day.isoformat() for day in days[:10])
    dates = f"{len(days)} finished date{'s' if len(days) > 1 else ''}"
    return f"Late documents restated {dates} ({listed}): see mart_restatements."


def run_night(request: NightRequest, progress: Progress = quiet) -> NightResult:
    """Run one night from the landing folder to the served version. Raises CrwError with its exit code."""
    with Night.open(request, progress) as night:
        night.land()
        night.plan()
        night.build()
        night.export()
        night.audit()
        night.publish()
        return night.result()
