"""What a reason code means to people, in English and Chinese, from seeds/rules/reason_codes.csv."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from orchestration.errors import ConfigurationError
from orchestration.settings import PROJECT_ROOT


@dataclass(frozen=True)
class Reason:
    """Texts of one reason code; none of them ever carries a value."""

    reason_code: str
    scope: str
    severity: str
    message_en: str
    message_zh: str
    way_out_en: str
    way_out_zh: str


@cache
def reasons(rules_dir: Path = PROJECT_ROOT / "seeds" / "rules") -> dict[str, Reason]:
    """Read all reason codes. Raises ConfigurationError."""
    path = rules_dir / "reason_codes.csv"
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        names = Reason.__dataclass_fields__
        return {row["reason_code"]: Reason(**{name: row[name] or "" for name in names}) for row in rows}
    except OSError:
        raise ConfigurationError(
            "The rule table reason_codes.csv cannot be read.", f"restore {path}."
        ) from None
    except KeyError as error:
        raise ConfigurationError(
            f"reason_codes.csv lacks the column {error.args[0]}.", "restore the rule table's header."
        ) from None


def reason(code: str) -> Reason:
    """Texts of a code; an unknown code stands for itself."""
    return reasons().get(code) or Reason(code, "", "", code.replace("_", " "), code, "", "")
