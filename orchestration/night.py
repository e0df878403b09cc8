"""The nightly run, door to door: lock, land, plan, build, export, audit, publish.

The command line and Dagster call the same phases of `Night`; each phase is noted in the lock and timed.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from functools import partial
from pathlib import Path

import duckdb

from orchestration import clock
from orchestration.auditing.verdict import Verdict
from orchestration.building import inputs
from orchestration.building.audit import refusal_text, run_audit, summarise
from orchestration.building.dbt_runner import build_models
from orchestration.building.identity import restated_text, take_identity
from orchestration.building.measuring import Measured, measure_dates
from orchestration.building.plan import RunPlan, make_plan
from orchestration.building.probabilities import fit_probabilities
from orchestration.building.workspace import DATABASE, create_workspace
from orchestration.errors import AuditRefused, CrwError, RunHeld
from orchestration.holds.gate import pass_or_hold
from orchestration.holds.log import mark_published, rejected_batches
from orchestration.landing.ledger import Delivery, known_entities
from orchestration.landing.rekeying import refuse_unfinished
from orchestration.night_request import NightRequest, NightResult, Phase, Progress, quiet
from orchestration.permissions import close_folders, restricted
from orchestration.privacy import nightly as privacy
from orchestration.privacy.retention import young
from orchestration.protection.categories import Categories
from orchestration.publishing import export as exporting
from orchestration.publishing import retention
from orchestration.publishing.dates import read_date_rules
from orchestration.publishing.history import History
from orchestration.publishing.lock import WarehouseLock
from orchestration.publishing.made import Made
from orchestration.publishing.manifest import Manifest, TableFacts
from orchestration.publishing.recovery import recover
from orchestration.publishing.runs import RunRecord, Status, write_run
from orchestration.publishing.versions import Version, base_version
from orchestration.publishing.withholding import read_rules
from orchestration.room import refuse_full_disk

__all__ = ["Night", "NightRequest", "NightResult", "run_night"]


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
            self.warnings += inputs.silence_warning(loads, self.as_of, self.settings.rules_dir)
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
            if measured.plan.run_id != self.run_plan.run_id:
                self._build = take_identity(self.settings, self._build, measured)
                self._plan = measured.plan
                self._lock.note(run_id=measured.plan.run_id)
            fit_probabilities(self.settings, self._build, self.run_plan)
            if measured.plans and not self.dates:
                self.warnings.append(restated_text(sorted(measured.plans)))
        return self._build

    def export(self) -> dict[str, TableFacts]:
        """Write the files for readers, not yet served, so that the audit can read them too."""
        with self._timed("export"):
            marts = exporting.marts_of(inputs.dbt_manifest(self.build_dir))
            self._tables = exporting.export(
                self.build_dir / DATABASE,
                self.build_dir / "export",
                self.build_dir / "partitions",
                marts,
                self._made().history_files(
                    self.warehouse, read_date_rules(self.settings.rules_dir, self.as_of)
                ),
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
            if not self._verdict.passed:
                # A check that cannot write has not passed either: it would read like bad data.
                refuse_full_disk(self.warehouse, "audit")
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
            # A replay knows less than what is served: it may not say what is superseded.
            today = privacy.clock_of(self.as_of, self.started_at)
            used = [load.batch_id for load in self.run_plan.loads]
            removals = privacy.planned(self.settings, used, today) if self.known_at is None else []
            self.version, warnings = self._made().publish(
                self.warehouse, summarise(verdict), removals, self.settings.rules_dir
            )
            self.warnings += warnings
            self._use_up_releases()
            self._record("published", "")
            self.warnings += retention.clean_up(self.settings, self.build_dir)
            self.warnings += privacy.end_of_night(self.settings, removals, today, clock.utc_now())
        return self.version

    def result(self) -> NightResult:
        """Return what was published, after `publish()`."""
        assert self.version is not None, "call publish() first"
        assert self._verdict is not None, "call audit() first"
        return NightResult(self.version, self._verdict, self.delivery, self.seconds, self.warnings)

    def _made(self) -> Made:
        return Made(self.build_dir, self.run_plan, self.measured, self._tables, self._served)

    def _use_up_releases(self) -> None:
        # Served already: a disk that refuses may not turn a published run into a failed one.
        assert self.version is not None
        try:
            mark_published(self.warehouse, self._releases, self.version.name)
        except OSError as error:
            self.warnings.append(
                f"The release that let this delivery pass could not be marked as used: {error.strerror};"
                " the same delivery would pass once more."
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
        except (CrwError, OSError, duckdb.Error) as error:
            refuse_full_disk(self.warehouse, phase, error)
            raise
        finally:
            self.seconds[phase] = time.perf_counter() - started


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
