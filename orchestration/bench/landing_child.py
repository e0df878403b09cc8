"""Child process of the bench: one landing. Arguments: `with` or `without` protection, landing, as_of, result.

The exports are invented, and what is landed in clear lies in a folder that goes with the process.
"""

import json
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa

from orchestration import clock
from orchestration.bench.measure import Measure, measured
from orchestration.building import inputs
from orchestration.errors import CrwError
from orchestration.protection.protector import ProtectedBatch, Protector, SpecLike, clean
from orchestration.protection.vault import VAULT_SCHEMA
from orchestration.settings import Settings

PHASES = {"with": "land with protection", "without": "land without protection"}


class NoProtection(Protector):
    """Gives batches the shape of raw and nothing else: clear values stand where pseudonyms and masks would."""

    def protect(
        self, batch: pa.RecordBatch, spec: SpecLike, undeclared: Sequence[str] = ()
    ) -> ProtectedBatch:
        """Return the batch as it is, in raw's columns."""
        output: dict[str, pa.Array] = {}
        for column in spec.columns:
            cells = clean(batch.column(column.name))
            for name in self.categories.raw_columns(column):
                output[name] = pa.nulls(len(cells), pa.string()) if name.endswith("_is_valid") else cells
        output |= {name: batch.column(name) for name in batch.schema.names if name.startswith("_")}
        return ProtectedBatch(pa.RecordBatch.from_pydict(output), VAULT_SCHEMA.empty_table(), [])


def main(which: str, landing: str, as_of: str, result: str) -> int:
    """Land the folder once and write down what it took."""
    measures: list[Measure] = []
    if which == "without":
        inputs.Protector = NoProtection  # in this process alone, which does nothing else
    with tempfile.TemporaryDirectory(dir=Path(result).parent) as scratch:
        settings = Settings.from_environment(landing=Path(landing), warehouse=Path(scratch) / "warehouse")
        try:
            with measured(PHASES[which], measures):
                delivery = inputs.land_delivery(
                    settings, clock.utc_now(), date.fromisoformat(as_of), lambda *_: None
                )
            inputs.refuse_bad_files(delivery)
        except CrwError as error:
            print(error, file=sys.stderr)
            return error.exit_code
    Path(result).write_text(json.dumps([measure.as_dict() for measure in measures]))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
