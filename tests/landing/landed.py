"""From landed files to models: what the door wrote, read by a scenario."""

from collections.abc import Iterable
from typing import Any

import duckdb

from tests.landing.door import Door
from tests.support.warehouse import Result, Scenario


def build(door: Door, upto: Iterable[str], **scenario: Any) -> Result:
    """Land the folder, which has to load whole, and build the named models on its rows."""
    files: dict[str, list[dict[str, Any]]] = {}
    for load in door.land().loads:
        assert load.status == "loaded", load.refusal
        path = door.warehouse / str(load.raw_path)
        cursor = duckdb.execute(f"select * from read_parquet('{path}') order by _line")
        names = [column[0] for column in cursor.description or ()]
        batch = {"_batch_id": load.batch_id, "_file": load.file}
        rows = [dict(zip(names, row, strict=True)) | batch for row in cursor.fetchall()]
        files.setdefault(load.entity, []).extend(rows)
    return Scenario(as_of="2026-06-30", files=files, **scenario).run(list(upto))
