"""Limits of landing per source, from the rule table landing_limits.csv."""

import csv
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.errors import ConfigurationError

_DEFAULTS = {
    "max_bad_row_share": 0.05,
    "max_bad_row_share_of_few": 0.5,
    "min_bad_rows": 5.0,
    "max_text_length": 4000.0,
    "max_silent_days": 31.0,
}


@dataclass(frozen=True)
class Limits:
    """Values by (parameter, source); source `*` holds for all others."""

    values: dict[tuple[str, str], float] = field(default_factory=dict)

    @classmethod
    def load(cls, rules_dir: Path, as_of: str = "") -> "Limits":
        """Read landing_limits.csv: rows in force at `as_of` (ISO date; empty: open ones). Raises ConfigurationError."""
        path = rules_dir / "landing_limits.csv"
        values: dict[tuple[str, str], float] = {}
        try:
            with open(path, encoding="utf-8-sig", newline="") as file:
                for row in (rows := csv.DictReader(file)):
                    ends = row.get("effective_to") or ""
                    if ends and not (as_of and (row.get("effective_from") or "") <= as_of < ends):
                        continue
                    values[(row["parameter"], row["source"])] = float(row["value"])
        except OSError:
            raise ConfigurationError(
                "The rule table landing_limits.csv cannot be read.", f"restore {path}."
            ) from None
        except (KeyError, ValueError, TypeError):
            raise ConfigurationError(
                f"landing_limits.csv, line {rows.line_num}: expected parameter, source and a number as value.",
                "correct the rule table.",
            ) from None
        return cls(values)

    def get(self, parameter: str, source: str) -> float:
        """Value for a source, else for `*`, else the shipped default. Raises KeyError for an unknown parameter."""
        for key in ((parameter, source), (parameter, "*")):
            if key in self.values:
                return self.values[key]
        return _DEFAULTS[parameter]

    def too_many_bad(self, source: str, bad: int, rows: int) -> bool:
        """Whether a file with `bad` of `rows` rows is refused: over the share and the count, most or all of them."""
        if rows and (bad >= rows or bad > self.get("max_bad_row_share_of_few", source) * rows):
            return True
        share = self.get("max_bad_row_share", source)
        return bad > self.get("min_bad_rows", source) and bad > share * rows
