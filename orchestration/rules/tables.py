"""Reads the rule tables of seeds/rules with the key of each, as their properties declare it."""

import csv
from dataclasses import dataclass
from pathlib import Path

import yaml

from orchestration.errors import ConfigurationError

Row = dict[str, str]
# What the rows of a table are: a rule is a decision that a test must prove; the others state facts.
KINDS = ("rule", "mapping", "register")


@dataclass(frozen=True)
class RuleTable:
    """One versioned rule table: rows with every cell as text, and the columns that name a rule in it.

    Each row of a table that `ends` has a last day; those in `signed_by` are different people in each row.
    """

    name: str
    kind: str
    key: tuple[str, ...]
    header: list[str]
    rows: list[Row]
    ends: bool = False
    signed_by: tuple[str, ...] = ()

    def rule_id(self, row: Row) -> str:
        """Name of a row's rule: the cells of its key, joined by a slash."""
        return "/".join(row.get(column) or "" for column in self.key)

    @property
    def rule_ids(self) -> list[str]:
        """Names of the rules, in the order of the table, each once."""
        return list(dict.fromkeys(self.rule_id(row) for row in self.rows))


def read_tables(rules_dir: Path) -> list[RuleTable]:
    """Read every table that _rules.yml describes. Raises ConfigurationError for one that cannot be read or keyed."""
    seeds = yaml.safe_load((rules_dir / "_rules.yml").read_text(encoding="utf-8"))["seeds"]
    return [_table(rules_dir, seed) for seed in seeds]


def _table(rules_dir: Path, seed: dict) -> RuleTable:
    name = seed["name"]
    keys = [test["unique_key"]["arguments"]["columns"] for test in seed["data_tests"] if "unique_key" in test]
    meta = seed["config"].get("meta") or {}
    kind = meta.get("kind", "rule")
    if len(keys) != 1 or kind not in KINDS:
        raise ConfigurationError(
            f"seeds/rules/_rules.yml: {name} has no unique_key test or an unknown meta.kind.",
            f"give it one unique_key test, and meta.kind of {', '.join(KINDS)} or none.",
        )
    try:
        with open(rules_dir / f"{name}.csv", encoding="utf-8", newline="") as handle:
            reader = csv.DictReader(handle, strict=True)
            rows = list(reader)
    except (OSError, csv.Error, UnicodeDecodeError):
        raise ConfigurationError(
            f"Rule table {name}.csv cannot be read.", f"restore seeds/rules/{name}.csv as UTF-8 CSV."
        ) from None
    key = tuple(column for column in keys[0] if column != "effective_from")
    signed_by = tuple(meta.get("signed_by", ()))
    return RuleTable(name, kind, key, list(reader.fieldnames or []), rows, bool(meta.get("ends")), signed_by)


def read_rows(rules_dir: Path, name: str) -> list[Row]:
    """Read the rows of one table, every cell as text. Raises ConfigurationError."""
    try:
        with open(rules_dir / f"{name}.csv", encoding="utf-8", newline="") as handle:
            return [{key: value or "" for key, value in row.items()} for row in csv.DictReader(handle)]
    except (OSError, csv.Error, UnicodeDecodeError):
        raise ConfigurationError(
            f"Rule table {name}.csv cannot be read.", f"restore seeds/rules/{name}.csv as UTF-8 CSV."
        ) from None
