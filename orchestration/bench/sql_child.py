"""Child process of the bench: the hand-written SQL. Arguments: landing, as_of, figures file,
scratch folder, result file."""

import json
import sys
from pathlib import Path

import duckdb

from orchestration.bench.measure import Measure, measured
from orchestration.settings import Settings

SQL = Path(__file__).with_name("by_hand.sql")


def main(landing: str, as_of: str, figures: str, scratch: str, result: str) -> int:
    """Compute the figures into a Parquet file with the memory and threads a night may use."""
    settings = Settings.from_environment()
    measures: list[Measure] = []
    with measured("hand-written SQL", measures):
        config = {
            "memory_limit": settings.memory_limit,
            "threads": str(settings.threads),
            "temp_directory": scratch,
            "preserve_insertion_order": "false",
        }
        with duckdb.connect(config=config) as connection:
            connection.execute(f"set variable as_of = date '{as_of}'")
            for entity in ("customers", "invoices", "receipts", "receipt_allocations"):
                path = Path(landing) / "files" / f"{entity}.parquet"
                connection.execute(f"create view {entity} as from read_parquet('{path}')")
            connection.execute(f"copy ({SQL.read_text(encoding='utf-8')}) to '{figures}' (format parquet)")
    Path(result).write_text(json.dumps([measure.as_dict() for measure in measures]))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
