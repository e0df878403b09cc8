"""The verdict of an audit: passed only when every kind of check ran and no critical one failed."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from orchestration.files import write_json

Kind = Literal["dbt_test", "expectation", "reconciliation", "leak_scan", "classification"]
Severity = Literal["critical", "warning"]
KINDS: tuple[Kind, ...] = ("dbt_test", "expectation", "reconciliation", "leak_scan", "classification")


@dataclass(frozen=True)
class Check:
    """One check of one object (`schema.table`); `observed` holds counts and sums, never a value of a row."""

    id: str
    kind: Kind
    object: str
    severity: Severity
    owner: str
    passed: bool
    observed: dict[str, Any]
    description: str
    way_out: str


@dataclass(frozen=True)
class Verdict:
    """All checks of one audit."""

    checks: list[Check] = field(default_factory=list)

    @property
    def missing(self) -> list[str]:
        """Kinds of checks of which none ran: an audit without them is no audit."""
        present = {check.kind for check in self.checks}
        return [kind for kind in KINDS if kind not in present]

    @property
    def blocking(self) -> list[Check]:
        """Critical checks that failed."""
        return [check for check in self.checks if check.severity == "critical" and not check.passed]

    @property
    def passed(self) -> bool:
        """Whether the build may be published."""
        return not self.missing and not self.blocking

    def counts(self) -> dict[str, dict[str, int]]:
        """Checks by kind: passed, and failed by severity."""
        counted = {kind: {"passed": 0, "critical": 0, "warning": 0} for kind in KINDS}
        for check in self.checks:
            counted[check.kind]["passed" if check.passed else check.severity] += 1
        return counted

    def write(self, path: Path) -> None:
        """Write the verdict whole or not at all."""
        checks = [asdict(check) for check in self.checks]
        write_json(path, {"passed": self.passed, "counts": self.counts(), "checks": checks})

    @classmethod
    def read(cls, path: Path) -> "Verdict":
        """Read a verdict; a missing or damaged one, or one that contradicts its own checks, has not passed."""
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            checks = [Check(**check) for check in content["checks"]]
            known = all(check.kind in KINDS and isinstance(check.passed, bool) for check in checks)
            verdict = cls(checks) if known else cls()
            return verdict if content["passed"] is verdict.passed else cls()
        except (OSError, ValueError, KeyError, TypeError):
            return cls()
