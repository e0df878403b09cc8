"""The audit's verdict as asset checks: one for each table, and no table without a result passes."""

from collections.abc import Iterator

import dagster as dg

from orchestration.auditing.verdict import Verdict
from orchestration.defs import graph, models
from orchestration.defs.night import NightResource
from orchestration.errors import AuditRefused

VERDICT = "verdict"
_AUDITED = "audited"
_RUN_MART = dg.AssetKey(["marts", "mart_run"])


def _check(key: dg.AssetKey, *, blocking: bool) -> dg.AssetCheckSpec:
    table = ".".join(key.path)
    return dg.AssetCheckSpec(
        _AUDITED, asset=key, blocking=blocking, description=f"dbt tests, expectations and scans of {table}."
    )


# Raw tables are audited after the models are built on them, so Dagster cannot hold the models back for them:
# `verdict`, which covers every check, is what blocks publishing then.
SPECS = [
    *(_check(graph.node_key(node), blocking=False) for node in graph.sources("raw")),
    *(_check(spec.key, blocking=spec.key.path[0] == "marts") for spec in models.SPECS),
    dg.AssetCheckSpec(
        VERDICT, asset=_RUN_MART, blocking=True, description="Every critical check of the audit has passed."
    ),
]


@dg.multi_asset_check(specs=SPECS, name="audit")
def audit(night: NightResource) -> Iterator[dg.AssetCheckResult]:
    """Audit the build in a fresh read-only process and report by table; a failed verdict stops publishing."""
    with night.phase("audit") as run:
        verdict = run.audit()
    results = [whole(verdict) if spec.name == VERDICT else judge(verdict, spec.asset_key) for spec in SPECS]
    yield from results
    with night.phase("audit") as run:
        if not verdict.passed:
            run.publish()  # refuses, in the words the command line uses
        if any(not result.passed and result.severity == dg.AssetCheckSeverity.ERROR for result in results):
            raise AuditRefused(
                "The audit holds no result for some tables.", "see the asset checks; audit them."
            )


def whole(verdict: Verdict) -> dg.AssetCheckResult:
    """The verdict itself; counts only."""
    failed = [check for check in verdict.checks if not check.passed]
    return dg.AssetCheckResult(
        passed=verdict.passed,
        asset_key=_RUN_MART,
        check_name=VERDICT,
        metadata={
            "checks": len(verdict.checks),
            "failed": len(failed),
            "failed_checks": [c.id for c in failed],
        },
    )


def judge(verdict: Verdict, key: dg.AssetKey) -> dg.AssetCheckResult:
    """Result of one table: passed when it was audited and nothing failed; a warning alone does not block."""
    own = [check for check in verdict.checks if check.object == ".".join(key.path)]
    failed = [check for check in own if not check.passed]
    critical = not own or any(check.severity == "critical" for check in failed)
    return dg.AssetCheckResult(
        passed=bool(own) and not failed,
        asset_key=key,
        check_name=_AUDITED,
        severity=dg.AssetCheckSeverity.ERROR if critical else dg.AssetCheckSeverity.WARN,
        metadata={"checks": len(own), "failed": len(failed), "failed_checks": [check.id for check in failed]},
        description="" if own else "The audit holds no result for this table, so it has not passed.",
    )
