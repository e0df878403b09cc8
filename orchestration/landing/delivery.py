"""Lands a delivery: every claimed file is loaded, recognised as landed before, or refused; then the ledger says so."""

import os
import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from orchestration.clock import iso
from orchestration.files import fsync_dir, fsync_file, make_dirs, sha256_file
from orchestration.landing.batches import BatchIdentity, place
from orchestration.landing.claims import Claim, claim_files, leaves_folder, shown
from orchestration.landing.control import ControlTotals, control_path, read_control
from orchestration.landing.hashed_names import hashed_name
from orchestration.landing.ledger import Delivery, Load, Refusal, read_ledger
from orchestration.landing.limits import Limits
from orchestration.landing.loading import FileLoader, Loaded
from orchestration.landing.readers import Refused
from orchestration.landing.spec import EntitySpec
from orchestration.privacy.door import Suppressor
from orchestration.privacy.references import ErasureRules
from orchestration.protection.protector import Protector
from orchestration.settings import Settings

Progress = Callable[[str, int, int], None]
_WORK_PREFIX = ".landing-"


def land(
    landing_dir: Path,
    warehouse: Path,
    *,
    loaded_at: datetime,
    limits: Limits,
    protector: Protector,
    settings: Settings,
    progress: Progress | None = None,
) -> Delivery:
    """Land a folder and write its ledger entry; files that do not load are in `Delivery.refused`, nothing is raised.

    loaded_at: aware UTC. progress(event, files done, files in all). Raises ConfigurationError, MappingError.
    """
    if loaded_at.tzinfo is None:
        raise ValueError("loaded_at has no time zone")
    tell = progress or (lambda event, done, total: None)
    claims = claim_files(landing_dir)
    rules = ErasureRules.load(settings.rules_dir, loaded_at.date())
    suppressor = Suppressor.open(warehouse, protector.keys, rules, protector.categories)
    landing = _Landing(landing_dir, warehouse, limits, protector, settings, suppressor)
    ordered = (
        sorted(claims.claims, key=lambda claim: suppressor.order(claim.spec)) if suppressor else claims.claims
    )
    loads: list[Load] = []
    with landing:
        for done, claim in enumerate(ordered):
            tell(
                f"land {shown(claim.name)} as {claim.spec.source}.{claim.spec.entity}",
                done,
                len(claims.claims),
            )
            loads.append(landing.load(claim))
    identity = [
        iso(loaded_at),
        claims.unclaimed,
        *([load.file, load.entity, load.sha256, load.batch_id] for load in loads),
    ]
    delivery_id = hashed_name(identity, 12)
    delivery = Delivery(
        delivery_id=delivery_id,
        loaded_at=loaded_at.astimezone(UTC),
        landing_name=landing_dir.resolve().name,
        unclaimed_files=claims.unclaimed,
        absent=claims.absent,
        loads=[
            load.model_copy(update={"repeated_of": delivery_id}) if load.repeated_of == _THIS else load
            for load in loads
        ],
    )
    delivery = delivery.write(warehouse)
    if suppressor:
        suppressor.settle()
    tell("landed", len(claims.claims), len(claims.claims))
    return delivery


_THIS = "this delivery"


class _Landing:
    """The state of one landing: its work folder and the batches known so far."""

    def __init__(
        self,
        landing_dir: Path,
        warehouse: Path,
        limits: Limits,
        protector: Protector,
        settings: Settings,
        suppressor: Suppressor | None,
    ) -> None:
        self.landing_dir, self.warehouse, self.protector = landing_dir, warehouse, protector
        self.limits, self.settings, self.suppressor = limits, settings, suppressor
        # What was read under another state of the suppression list is read again, once.
        self._read: dict[tuple[str, str], tuple[str, Load]] = {}
        self._identity = BatchIdentity(limits, protector, settings)
        self._known: dict[str, tuple[str, Load]] = {}
        for delivery in read_ledger(warehouse):
            for load in delivery.loads:
                if load.batch_id and load.status != "refused" and load.expired_on is None:
                    self._remember(delivery.delivery_id, load)

    def __enter__(self) -> "_Landing":
        builds = self.warehouse / "builds"
        make_dirs(builds)
        for stale in builds.glob(f"{_WORK_PREFIX}*"):
            shutil.rmtree(stale, ignore_errors=True)
        self.work = Path(tempfile.mkdtemp(prefix=_WORK_PREFIX, dir=builds))
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.work, ignore_errors=True)

    def load(self, claim: Claim) -> Load:
        """Load one claimed file; a refusal becomes a load with status refused."""
        spec = claim.spec
        base = {
            "source": spec.source,
            "entity": spec.entity,
            "file": shown(claim.name),
            "spec_sha": spec.fingerprint,
            "snapshot_date": claim.snapshot_date,
            "load": spec.load,
            "key": spec.key,
            "pseudonym_key": self.protector.pseudonym_key,
        }
        sha256 = None
        try:
            self._check_place(claim)
            before = _state(claim.path)
            sha256 = sha256_file(claim.path)
            control = self._control(claim)
            read_id = self._identity.of(sha256, spec, control.identity if control else "")
            state = self.suppressor.fingerprint if self.suppressor else ""
            if repeated := self._present(self._read.get((read_id, state))):
                return Load(**{**repeated.model_dump(), **base, "rewritten": []})
            loaded = self._load(claim, read_id, before, control)
            read = {"read_id": read_id, "suppression": state}
            if repeated := self._present(self._known.get(loaded.batch_id)):
                # An erasure wrote it already: a batch is never written twice.
                load = Load(**{**repeated.model_dump(), **base, **read, "rewritten": []})
                self._remember(_THIS, load)
                return load
            paths = self._keep(spec, loaded)
        except Refused as error:
            return Load(
                **base,
                sha256=sha256,
                batch_id=None,
                status="refused",
                refusal=_refusal(shown(claim.name), error),
            )
        load = Load(
            **base,
            **paths,
            **read,
            sha256=sha256,
            batch_id=loaded.batch_id,
            status="loaded" if loaded.rows_in_file else "empty_allowed",
            rows_in_file=loaded.rows_in_file,
            rows_loaded=loaded.rows_loaded,
            rows_quarantined=loaded.rows_quarantined,
            rows_filtered=loaded.rows_filtered,
            rows_suppressed=loaded.rows_suppressed,
            stayed=loaded.stayed,
            undeclared_columns=loaded.undeclared,
            redactions=loaded.redactions,
            control_sums=loaded.control_sums,
            control=control.identity if control else "",
            is_open_ended=loaded.is_open_ended,
            first_date=loaded.first_date,
            last_date=loaded.last_date,
        )
        self._remember(_THIS, load)
        return load

    def _remember(self, delivery_id: str, load: Load) -> None:
        self._known.setdefault(load.batch_id or "", (delivery_id, load))
        self._read.setdefault((load.read_id or load.batch_id or "", load.suppression), (delivery_id, load))

    def _check_place(self, claim: Claim) -> None:
        path = claim.path
        if shown(claim.name) != claim.name:
            raise Refused(
                "bad_file_name",
                "the file's name holds characters that cannot be shown",
                way_out="give it a plain name.",
            )
        if leaves_folder(path, self.landing_dir):
            raise Refused(
                "outside_folder", "the link leaves the landing folder", way_out="deliver the file itself."
            )
        if not path.is_file():
            raise Refused("unreadable", "it is not a regular file", way_out="deliver the file itself.")
        if not os.access(path, os.R_OK):
            raise Refused(
                "unreadable", "it may not be read", way_out="give the warehouse's user the right to read it."
            )

    @staticmethod
    def _control(claim: Claim) -> ControlTotals | None:
        if claim.is_derived:
            return None
        control = read_control(claim.path)
        if control is None and claim.spec.control == "required":
            raise Refused(
                "missing_control_file",
                f"mapping.yml requires control totals, and {control_path(claim.path).name} is not there",
                way_out="deliver it beside the file, or take `control: required` out of mapping.yml.",
            )
        return control

    def _load(
        self, claim: Claim, batch_id: str, before: tuple[int, ...], control: ControlTotals | None
    ) -> Loaded:
        spec = claim.spec
        work = Path(tempfile.mkdtemp(dir=self.work))
        loader = FileLoader(work, self.limits, self.protector, self.settings, self.suppressor)
        loaded = loader.load(claim.path, spec, batch_id, control)
        if _state(claim.path) != before:
            raise Refused(
                "changed_while_read",
                "the file changed while it was read",
                way_out="deliver it once it is complete.",
            )
        return loaded

    def _present(self, known: tuple[str, Load] | None) -> Load | None:
        """The load that brought a batch before, if its files are still there."""
        if known is None or known[1].raw_path is None or not (self.warehouse / known[1].raw_path).is_file():
            return None
        return known[1].model_copy(update={"repeated_of": known[0]})

    def _keep(self, spec: EntitySpec, loaded: Loaded) -> dict[str, str | None]:
        """Move finished files to their final names, flushed; paths relative to the warehouse."""
        paths: dict[str, str | None] = {"raw_path": None, "quarantine_path": None, "vault_path": None}
        for kind, file in (("vault", loaded.vault), ("quarantine", loaded.quarantine), ("raw", loaded.raw)):
            if file is not None:
                name = loaded.vault_name if kind == "vault" else loaded.batch_id
                paths[f"{kind}_path"] = place(kind, spec.source, spec.entity, name)
                final = self.warehouse / paths[f"{kind}_path"]
                make_dirs(final.parent)
                fsync_file(file)
                os.replace(file, final)
                fsync_dir(final.parent)
        return paths


def _state(path: Path) -> tuple[int, ...]:
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns


def _refusal(name: str, error: Refused) -> Refusal:
    where = name
    where += f", line {error.line}" if error.line is not None else ""
    where += f", column {error.column}" if error.column else ""
    return Refusal(
        reason_code=error.reason_code,
        line=error.line,
        column=error.column,
        message=f"{where}: {error.rule}.",
        way_out=error.way_out,
    )
