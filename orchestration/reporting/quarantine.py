"""What did not load and why, by file, line, column and rule; never a value."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pyarrow import parquet

from orchestration.landing.ledger import Delivery, read_ledger
from orchestration.publishing.runs import read_runs
from orchestration.reporting.query import open_locked


@dataclass(frozen=True)
class Finding:
    """One record: stage landing = did not load, model = loaded and flagged; `line` is the line of the file."""

    stage: str
    source: str | None
    entity: str | None
    file: str | None
    line: int | None
    column: str | None
    rule: str | None
    reason_code: str

    def as_dict(self) -> dict[str, Any]:
        """Return name -> value."""
        return asdict(self)


def newest_delivery(warehouse: Path) -> Delivery | None:
    """Return the newest delivery, or None when nothing was landed."""
    deliveries = read_ledger(warehouse)
    return deliveries[-1] if deliveries else None


def delivered_findings(warehouse: Path, delivery: Delivery) -> list[Finding]:
    """Read the quarantined rows of one delivery, before any version was made of it."""
    findings = []
    for load in delivery.loads:
        if load.rows_quarantined and load.quarantine_path:
            for row in parquet.read_table(warehouse / load.quarantine_path).to_pylist():
                values = (row["line"], row["column"], row["rule"], row["reason_code"])
                findings.append(Finding("landing", load.source, load.entity, load.file, *values))
    return sorted(findings, key=lambda item: (item.file or "", item.line or 0))


def refused_build(warehouse: Path) -> Path | None:
    """Return the exported finance file of the build that the audit refused last, while it is kept."""
    last = next(iter(read_runs(warehouse)), None)
    if last is None or last.status != "refused":
        return None
    database = warehouse / "builds" / last.run_id / "export" / "finance.duckdb"
    return database if last.run_id and database.is_file() else None


def marked_findings(database: Path) -> list[Finding]:
    """Read the findings of a finance file: quarantined rows, and loaded rows that the models flag."""
    with open_locked(database) as connection:
        rows = connection.execute(
            "select stage, source_system, entity, record_file, record_line, column_name, rule, reason_code"
            " from mart_quarantine order by record_file nulls last, record_line nulls last, reason_code nulls last"
        ).fetchall()
    return [Finding(*row) for row in rows]


def of_file(findings: list[Finding], name: str | None) -> list[Finding]:
    """Keep the findings of one file, named with or without its folder; None keeps all."""
    if name is None:
        return findings
    return [item for item in findings if item.file and (item.file == name or item.file.endswith(f"/{name}"))]
