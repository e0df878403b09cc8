"""A night that does nothing but remember: what the steps ask of it, and how it ended."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import dagster as dg

from orchestration.auditing.verdict import KINDS, Check, Kind, Severity, Verdict
from orchestration.definitions import defs
from orchestration.defs import checks, night
from orchestration.errors import AuditRefused

DATE = "2026-06-30"


class RememberedNight:
    """Stands for `Night`: phases in the order called, one result for each table, `fail` names what goes wrong."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.calls: list[str] = []
        self.fail: dict[str, BaseException] = {}
        tables = sorted({".".join(spec.asset_key.path) for spec in checks.SPECS})
        self.results = {table: result(table) for table in tables}
        self.others = [result("all", kind=kind) for kind in KINDS]
        self.ended_with: BaseException | None = None
        self.request: Any = None

    @contextmanager
    def open(self, request: Any) -> Iterator["RememberedNight"]:
        self.request = request
        self._do("open")
        try:
            yield self
        except BaseException as error:
            self.ended_with = error
            raise
        finally:
            self.calls.append("closed")

    def _do(self, phase: str) -> None:
        self.calls.append(phase)
        if phase in self.fail:
            raise self.fail[phase]

    @property
    def verdict(self) -> Verdict:
        return Verdict([*self.results.values(), *self.others])

    def land(self) -> None:
        self._do("land")

    def plan(self) -> SimpleNamespace:
        self._do("plan")
        counts = {"rows_in_file": 5, "rows_loaded": 3, "rows_quarantined": 1, "rows_filtered": 1}
        return SimpleNamespace(loads=[SimpleNamespace(source="zoho_books", entity="invoices", **counts)] * 2)

    def build(self) -> Path:
        self._do("build")
        (self.folder / "target").mkdir(exist_ok=True)
        (self.folder / "target" / "run_results.json").write_text('{"results": []}')
        return self.folder

    def export(self) -> dict[str, SimpleNamespace]:
        self._do("export")
        return {"fct_customer_risk": SimpleNamespace(rows=7)}

    def audit(self) -> Verdict:
        self._do("audit")
        return self.verdict

    def publish(self) -> SimpleNamespace:
        if not self.verdict.passed:
            raise AuditRefused("The audit refused this build.", "correct the cause and run again.")
        self._do("publish")
        tables = {"fct_customer_risk": SimpleNamespace(rows=7, audience=["finance", "bi"])}
        manifest = SimpleNamespace(tables=tables, run_id="r0123456789ab")
        return SimpleNamespace(name=f"{DATE}.1", manifest=manifest)


def result(
    table: str, *, kind: Kind = "dbt_test", passed: bool = True, severity: Severity = "critical"
) -> Check:
    """One check of a table; by default it passed."""
    return Check(
        f"{kind}-{table}", kind, table, severity, "risk", passed, {"rows": 0}, "Keys are unique.", "see rows."
    )


@contextmanager
def in_place_of_night(folder: Path) -> Iterator[RememberedNight]:
    """Let the definitions open a remembered night instead of a real one."""
    fake = RememberedNight(folder)
    with patch.object(night.Night, "open", fake.open):
        yield fake


def run_nightly(date: str = DATE, **resources: Any) -> dg.ExecuteInProcessResult:
    """Run the job for one date in this process; failures are results, not exceptions."""
    job = defs.resolve_job_def("nightly")
    return job.execute_in_process(partition_key=date, raise_on_error=False, resources=resources or None)
