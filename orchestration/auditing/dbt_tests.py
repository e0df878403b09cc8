"""dbt's own tests on the build, in this process and read-only, reduced to counts."""

from collections.abc import Iterator
from typing import Any

from dbt.cli.main import dbtRunner

from orchestration.auditing.subject import Subject
from orchestration.auditing.verdict import Check, Severity
from orchestration.building.dbt_runner import dbt_arguments, error_class, release_database
from orchestration.building.parsing import manifest_of
from orchestration.publishing.grain import meta_of

_QUIET = ["--quiet", "--no-print", "--no-use-colors", "--log-level", "none", "--no-version-check"]
_QUIET += ["--no-send-anonymous-usage-stats", "--no-partial-parse"]


def dbt_tests(subject: Subject) -> Iterator[Check]:
    """Run every data test; a failed one names its table and the number of rows, never a row."""
    # A target folder of its own: the build's manifest and results stay what the build wrote.
    target = subject.build / "target" / "audit"
    command = ["test", "--exclude-resource-type", "unit_test", *_QUIET]
    options = [*dbt_arguments(subject.settings, subject.build, target="audit"), "--target-path", str(target)]
    try:
        outcome = dbtRunner(manifest=manifest_of(subject.build)).invoke([*command, *options])
    finally:
        release_database()
    results = getattr(outcome.result, "results", None)
    if not results:
        raise RuntimeError(f"dbt ran no test ({type(outcome.exception).__name__})")
    for result in results:
        yield _check(subject, result)


def _check(subject: Subject, result: Any) -> Check:
    node, status = result.node, str(result.status)
    passed = status == "pass"
    model = _model(subject, node)
    severity: Severity = (
        "warning"
        if str(node.config.severity).lower() == "warn" and status in ("warn", "pass")
        else "critical"
    )
    place = f"{model['schema']}.{model['alias'] or model['name']}" if model else "dbt_project"
    observed: dict[str, Any] = (
        {"failures": int(result.failures or 0)} if status in ("pass", "fail", "warn") else {}
    )
    problem = f"{result.failures} rows break the test {node.name}"
    if status not in ("pass", "fail", "warn"):
        observed["status"] = status
        problem = f"the test {node.name} could not run: {error_class(result.message or '')}"
    meta = meta_of(model)
    return Check(
        id=node.name,
        kind="dbt_test",
        object=place,
        severity=severity,
        owner=meta.get("owner") or "data platform",
        passed=passed,
        observed=observed,
        description=node.description.strip()
        if passed and node.description
        else node.name
        if passed
        else problem,
        way_out=f"see `crw quarantine` and the model {place}; the test is {node.original_file_path}",
    )


def _model(subject: Subject, node: Any) -> dict[str, Any]:
    """The table a test is about: the one it is attached to, else the first it reads; empty for none."""
    attached = getattr(node, "attached_node", None)
    names = (
        [attached]
        if attached
        else [name for name in node.depends_on.nodes if name.split(".")[0] in ("model", "seed")]
    )
    known = {**subject.manifest["nodes"], **subject.manifest["sources"]}
    return next((known[name] for name in names if name in known), {})
