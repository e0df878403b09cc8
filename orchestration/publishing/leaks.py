"""The last look at a version: no file that is written after the audit holds a personal value, whatever its name.

DuckDB and Parquet files were scanned by the audit; the report, the model card with its charts and the manifest are
written from them and from rule tables, and would carry on what slipped into either.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from orchestration.errors import AuditRefused
from orchestration.files import json_texts
from orchestration.protection.detectors import find

# Read by the audit, through their own readers.
_AUDITED = frozenset({".duckdb", ".parquet"})
# A coordinate of a chart, 138.12345678, would read as a mobile.
_DECIMAL = re.compile(r"(?<![0-9.])[0-9]+\.[0-9]+(?![0-9.])")


def refuse_leaks(folder: Path) -> None:
    """Raise AuditRefused when a text file below the folder holds personal values: file and counts, no value."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix not in _AUDITED)
    found = {path.relative_to(folder).as_posix(): counts for path in files if (counts := _counts(path))}
    if found:
        listed = "; ".join(
            f"{name}: " + ", ".join(f"{count} {pattern}" for pattern, count in sorted(counts.items()))
            for name, counts in found.items()
        )
        raise AuditRefused(
            f"The files of the new version hold personal values, so it was not published ({listed}).",
            "look for where they come from: a text of a rule table in seeds/rules, or a mart's column that needs a"
            " category that is pseudonymised; then run again.",
        )


def _counts(path: Path) -> Counter[str]:
    # As any reader would open it; what is no UTF-8 still shows its digits and addresses.
    text = path.read_text(encoding="utf-8", errors="replace")
    return Counter(pattern for part in _parts(path, text) for pattern in find(part))


def _parts(path: Path, text: str) -> Iterator[str]:
    if path.suffix == ".json":
        # Bare numbers of JSON are counts and sizes, eleven digits long for a large file.
        yield from json_texts(json.loads(text))
    else:
        yield from _DECIMAL.sub("#", text).splitlines()
