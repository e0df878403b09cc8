"""The last door: the files readers will open, compared with the marts they were written from."""

from collections.abc import Sequence

from expectations.severity import CRITICAL
from expectations.suite import Suite, rows_where

_OWNER, _PROTECTION = "data platform", "information protection"
_WAY_OUT = "the export is not what was built: run again, and report it if it stays"


def published(
    table: str,
    grain: Sequence[str],
    rows_of_this_run: int,
    run_id: str,
    counts: Sequence[str] = (),
    least: int = 0,
) -> Suite:
    """Expectations on marts.<table> of a published DuckDB file; earlier dates may lie beside this run's rows.

    None of `counts` may be 1 to `least` - 1 where the small cells of the table are withheld.
    """
    suite = Suite(name=f"published.{table}", object=f"marts.{table}")
    columns = ", ".join(grain)
    doubles = f"count(*) - (select count(*) from (select distinct {columns} from {suite.object}))"
    problem = f"marts.{table}: {columns} is not unique over all published dates"
    suite.limit("doubled_keys", doubles, CRITICAL, _OWNER, problem, _WAY_OUT)
    empty = rows_where(" or ".join(f"{column} is null" for column in (*grain, "run_id")))
    suite.limit("empty_keys", empty, CRITICAL, _OWNER, f"marts.{table}: rows without key or run", _WAY_OUT)
    own = rows_where(f"run_id = '{run_id}'")
    problem = f"marts.{table}: published rows of this run are not those of the mart"
    suite.limit("rows_off_mart", f"abs({own} - {rows_of_this_run})", CRITICAL, _OWNER, problem, _WAY_OUT)
    for column in counts:
        problem = f"marts.{table}: {column} is shown of fewer than {least}"
        small = rows_where(f"{column} between 1 and {least - 1}")
        suite.limit(f"small_{column}", small, CRITICAL, _PROTECTION, problem, _WAY_OUT)
    return suite
