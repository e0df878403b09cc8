"""What a run made, brought together for publication: its own date, the dates it measured, the manifest of both."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from orchestration import clock
from orchestration.building.measuring import Measured
from orchestration.building.plan import RunPlan
from orchestration.privacy.retention import Removal
from orchestration.publishing import publish as publishing
from orchestration.publishing.dates import DateRule
from orchestration.publishing.history import HISTORY_TABLES
from orchestration.publishing.manifest import Manifest, TableFacts
from orchestration.publishing.versions import Version


@dataclass(frozen=True)
class Made:
    """A build with its plan, what it measured of other dates, its tables, and the manifest served before."""

    build: Path
    plan: RunPlan
    measured: Measured
    tables: dict[str, TableFacts]
    served: Manifest | None

    def history_files(self, warehouse: Path, rules: Mapping[str, DateRule]) -> dict[str, list[Path]]:
        """Partitions to publish by history table, oldest first: finished dates, those measured again, the run's own.

        `rules` are of the tables of which not every date is published.
        """
        as_of = self.plan.as_of
        files: dict[str, dict[date, Path]] = {
            table: {day: warehouse / partition.file for day, partition in dates.items()}
            for table, dates in self.plan.carried.items()
        }
        for day, tables in {**self.measured.files, as_of: self._own_files()}.items():
            for table, file in tables.items():
                files.setdefault(table, {})[day] = file
        for table, rule in rules.items():
            dates = files[table]
            shown = rule.shown(dates, as_of) | {as_of}
            files[table] = {day: file for day, file in dates.items() if day in shown}
        return {table: [file for _, file in sorted(dates.items())] for table, dates in files.items()}

    def publish(
        self, warehouse: Path, audit: dict[str, Any], removals: list[Removal], rules_dir: Path
    ) -> tuple[Version, list[str]]:
        """Serve the build; `audit` is what its manifest says of the verdict, the model card reads `rules_dir`.

        Returns the version and warnings.
        """
        plan = self.plan
        files = {plan.as_of: self._own_files()} | self.measured.files
        plans = {plan.as_of: plan} | self.measured.plans
        own = {
            day: publishing.describe_partitions(
                warehouse, plans[day], files[day], self.measured.marks.get(day)
            )
            for day in sorted(plans)
        }
        manifest = publishing.assemble(
            warehouse,
            self.build,
            plan,
            self._remarked(),
            self.tables,
            own,
            audit,
            clock.utc_now(),
            [removal.document() for removal in removals],
            rules_dir=rules_dir,
        )
        version, warnings = publishing.publish(warehouse, self.build, manifest, own, files)
        newest = max(day for dates in manifest.history.values() for day in dates)
        if newest > plan.as_of:
            warnings.append(
                f"What is served now is as of {plan.as_of}, though the history reaches {newest}:"
                f" `crw rollback {manifest.previous_version}` serves the version before again."
            )
        return version, warnings

    def _own_files(self) -> dict[str, Path]:
        return {table: self.build / "partitions" / f"{table}.parquet" for table in HISTORY_TABLES}

    def _remarked(self) -> Manifest | None:
        """What is served, with the marks of dates that were measured again and said the same."""
        if self.served is None or not self.measured.unchanged:
            return self.served
        history = {table: dict(dates) for table, dates in self.served.history.items()}
        for day in self.measured.unchanged:
            mark = {"documents_mark": self.measured.marks[day]}
            for dates in history.values():
                if day in dates:
                    dates[day] = dates[day].model_copy(update=mark)
        return self.served.model_copy(update={"history": history})
