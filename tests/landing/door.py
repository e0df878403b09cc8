"""A landing folder to fill and a landing to run, with the real protector and a key of the tests."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from orchestration.landing.delivery import land
from orchestration.landing.ledger import Delivery, Load
from orchestration.landing.limits import Limits
from orchestration.protection.protector import Protector
from orchestration.settings import PROJECT_ROOT, Settings

FIRST_NIGHT = datetime(2026, 1, 1, tzinfo=UTC)
RULES = PROJECT_ROOT / "seeds" / "rules"
INVOICES = """version: 1
files:
  - file: '{file}'
    entity: invoices
    columns:
      invoice_id: No
      customer_id: Customer
      issue_date: Issued
      due_date: Due
      amount: Amount
    constants: {{currency: CNY}}
{more}"""
HEADER = "No,Customer,Issued,Due,Amount\n"


@dataclass
class Door:
    """A landing folder, a warehouse, and nights that follow each other."""

    landing: Path
    warehouse: Path
    protector: Protector
    limits: Limits = field(
        default_factory=lambda: Limits(
            {("max_bad_row_share", "*"): 0.5, ("max_bad_row_share_of_few", "*"): 1.0}
        )
    )
    nights: int = 0

    def put(self, name: str, content: str | bytes) -> Path:
        """Write a file into the landing folder."""
        path = self.landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def mapping(self, file: str = "invoices.csv", more: str = "") -> None:
        """Write a mapping of one invoices file; `more`: further lines of its entry."""
        self.put("mapping.yml", INVOICES.format(file=file, more=more))

    @property
    def settings(self) -> Settings:
        """Settings of a small machine in Shanghai."""
        return Settings(warehouse=self.warehouse, memory_limit="1GB", timezone="Asia/Shanghai")

    def land(self) -> Delivery:
        """Land the folder one night after the last."""
        self.nights += 1
        return land(
            self.landing,
            self.warehouse,
            loaded_at=FIRST_NIGHT + timedelta(days=self.nights),
            limits=self.limits,
            protector=self.protector,
            settings=self.settings,
        )

    def land_one(self) -> Load:
        """Land the folder, which gives one load."""
        (load,) = self.land().loads
        return load

    def rows(self, load: Load, columns: str = "*") -> list[tuple]:
        """Raw rows of a load in the order of their lines."""
        assert load.raw_path
        path = self.warehouse / load.raw_path
        return duckdb.sql(f"select {columns} from read_parquet('{path}') order by _line").fetchall()

    def quarantined(self, load: Load) -> list[tuple[int, str | None, str]]:
        """(line, column, reason code) of quarantined rows."""
        if load.quarantine_path is None:
            return []
        path = self.warehouse / load.quarantine_path
        return duckdb.sql(
            f"select line, \"column\", reason_code from read_parquet('{path}') order by line"
        ).fetchall()
