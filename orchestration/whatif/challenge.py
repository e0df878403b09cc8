"""The rule tables of a challenger: changed CSV files over those of seeds/rules, checked before anything is built."""

import csv
import shutil
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import zip_longest
from pathlib import Path

import yaml

from orchestration.errors import ConfigurationError
from orchestration.files import remove_tree
from orchestration.rules import validating
from orchestration.rules.tables import Row, RuleTable, read_tables
from orchestration.settings import Settings

_WAY_OUT = "correct the rows named above and run again; nothing was built and what is served did not change."
# Of the landing and the vault: no build reads them, so a what-if could not show what they would do.
_NOT_SCORED = frozenset(
    {
        *("column_categories", "data_categories", "landing_bands", "landing_limits", "published_dates"),
        *("reason_codes", "small_cells"),
    }
)


@dataclass(frozen=True)
class Change:
    """A cell of a rule that the challenger says differently; a rule added or dropped is a change of its `rule`."""

    table: str
    rule: str
    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Challenge:
    """Checked rule tables: where they lie, the seeds that were given, and what they change on the date asked."""

    settings: Settings
    seeds: tuple[str, ...]
    changes: tuple[Change, ...]
    warnings: tuple[str, ...]


def prepare(settings: Settings, given: Path, project: Path, on: date) -> Challenge:
    """Lay a project out in `project` with the given CSV files over its rule tables, and check every table.

    Raises ConfigurationError naming file, line, column and cause; a file of `given` that is no rule table is one.
    """
    files = _files(settings, given)
    declared = _column_types(settings.rules_dir)
    _refuse(
        [problem for file in files for problem in _problems(file, settings.rules_dir, declared[file.stem])]
    )
    remove_tree(project)
    shutil.copytree(
        settings.dbt_dir,
        project / "dbt_project",
        ignore=shutil.ignore_patterns("target", "logs", "dbt_packages"),
    )
    rules = project / "seeds" / "rules"
    shutil.copytree(settings.rules_dir, rules)
    for file in files:
        # Spreadsheets begin UTF-8 with a mark, which would become a part of the first header.
        (rules / file.name).write_text(file.read_text(encoding="utf-8-sig"), encoding="utf-8", newline="")
    tables = read_tables(rules)
    named = {f"seeds/rules/{file.name}": str(file) for file in files}
    _refuse([_renamed(problem, named) for problem in validating.problems(tables)])
    before = {table.name: table for table in read_tables(settings.rules_dir)}
    seeds = tuple(file.stem for file in files)
    changed = [table for table in tables if table.name in seeds]
    changes = tuple(change for table in changed for change in _changes(before[table.name], table, on))
    warnings = _warnings(changed, before, changes, on)
    return Challenge(settings.model_copy(update={"project_root": project}), seeds, changes, tuple(warnings))


def _files(settings: Settings, given: Path) -> list[Path]:
    if not given.is_dir():
        raise ConfigurationError(
            f"--rules: there is no folder {given}.", "copy the rule tables you want to change into a folder."
        )
    files = sorted(given.glob("*.csv"))
    unknown = [file.name for file in files if not (settings.rules_dir / file.name).is_file()]
    unscored = [file.name for file in files if file.stem in _NOT_SCORED]
    if unknown or not files:
        listed = f"no rule table is called {', '.join(unknown)}" if unknown else "it holds no CSV file"
        raise ConfigurationError(
            f"--rules {given}: {listed}.", "name the files as in seeds/rules, e.g. risk_tiers.csv."
        )
    if unscored:
        raise ConfigurationError(
            f"--rules {given}: {', '.join(unscored)} decides what is landed or shown and changes no score.",
            "leave the file out.",
        )
    return files


def _column_types(rules_dir: Path) -> dict[str, dict[str, str]]:
    seeds = yaml.safe_load((rules_dir / "_rules.yml").read_text(encoding="utf-8"))["seeds"]
    seeds += yaml.safe_load((rules_dir / "_protection.yml").read_text(encoding="utf-8")).get("seeds", [])
    return {seed["name"]: seed["config"].get("column_types", {}) for seed in seeds}


def _problems(file: Path, rules_dir: Path, types: dict[str, str]) -> list[str]:
    """What keeps a file from being read as its table: header, cells in a row, text that is not of the column's type."""
    with open(rules_dir / file.name, encoding="utf-8", newline="") as handle:
        expected = next(csv.reader(handle))
    try:
        with open(file, encoding="utf-8-sig", newline="") as handle:
            rows = list(csv.reader(handle, strict=True))
    except UnicodeDecodeError:
        return [f"{file}: is not UTF-8; save it as CSV UTF-8."]
    except csv.Error as error:
        return [f"{file}: is no CSV ({error})."]
    if not rows or rows[0] != expected:
        header = rows[0] if rows else []
        wrong = next(
            f"column {place} is {theirs or '(none)'}, expected {ours or '(none)'}"
            for place, (theirs, ours) in enumerate(zip_longest(header, expected), 1)
            if theirs != ours
        )
        return [f"{file} line 1: {wrong}; keep the header of seeds/rules/{file.name}."]
    found = []
    for line, row in enumerate(rows[1:], 2):
        if len(row) != len(expected):
            found.append(f"{file} line {line}: has {len(row)} cells, the header {len(expected)}.")
            continue
        for column, cell in zip(expected, row, strict=True):
            if not _fits(cell, types.get(column, "varchar")):
                found.append(f"{file} line {line}, column {column}: the cell is no {types[column]}.")
    return found


def _fits(cell: str, kind: str) -> bool:
    if not cell or kind == "varchar":
        return True
    try:
        if kind == "date":
            date.fromisoformat(cell)
        elif kind in ("integer", "int", "bigint", "smallint"):
            int(cell)
        elif kind == "boolean":
            return cell.lower() in ("true", "false")
        elif kind == "double" or kind.startswith("decimal"):
            return Decimal(cell).is_finite()
    except (ValueError, InvalidOperation):
        return False
    return True


def _refuse(problems: list[str]) -> None:
    if problems:
        more = f"\n  and {len(problems) - 20} more" if len(problems) > 20 else ""
        listed = "\n".join(f"  {problem}" for problem in problems[:20])
        raise ConfigurationError(f"The challenger's rule tables do not hold:\n{listed}{more}\n", _WAY_OUT)


def _renamed(problem: str, named: dict[str, str]) -> str:
    for ours, theirs in named.items():
        problem = problem.replace(ours, theirs)
    return problem


def _in_force(table: RuleTable, on: date) -> dict[str, Row]:
    day = on.isoformat()
    return {
        table.rule_id(row): row
        for row in table.rows
        if row["effective_from"] <= day and (not row["effective_to"] or day < row["effective_to"])
    }


def _changes(before: RuleTable, after: RuleTable, on: date) -> list[Change]:
    old, new = _in_force(before, on), _in_force(after, on)
    found = []
    for rule in dict.fromkeys([*old, *new]):
        if rule not in new or rule not in old:
            states = ("in force", "–") if rule in old else ("–", "in force")
            found.append(Change(after.name, rule, "rule", *states))
            continue
        for column in after.header:
            if (old[rule].get(column) or "") != (new[rule].get(column) or ""):
                found.append(
                    Change(after.name, rule, column, old[rule].get(column) or "", new[rule].get(column) or "")
                )
    return found


def _warnings(
    changed: list[RuleTable], before: dict[str, RuleTable], changes: tuple[Change, ...], on: date
) -> list[str]:
    moved = {change.table for change in changes}
    return [
        f"{table.name}.csv differs, but no rule in force on {on} does: its new rows start later or have ended."
        " Let them start on or before that date to see what they do."
        for table in changed
        if table.name not in moved and table.rows != before[table.name].rows
    ]
