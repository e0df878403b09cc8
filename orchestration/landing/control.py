"""Control totals beside a delivered file: `<file>.control.yml` says how many rows and what sums the exporter sent."""

import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from orchestration.landing.nodes import MappingError, read_document
from orchestration.landing.readers import Refused
from orchestration.landing.spec import validated

SUFFIX = ".control.yml"
Sums = dict[tuple[str, str | None], Decimal]
"""(column, currency or None) -> exact sum."""


class _Totals(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: str | None = None
    sums: dict[str, str | dict[str, str]] = Field(default_factory=dict)


@dataclass(frozen=True)
class ControlTotals:
    """Rows and sums by header (and currency) as the exporter counted them; `name`: the control file."""

    name: str
    rows: int | None
    sums: dict[str, dict[str | None, Decimal]]

    @property
    def identity(self) -> str:
        """What makes a batch another one: hash of the totals it was checked against."""
        sums = {name: sorted((str(k), str(v)) for k, v in each.items()) for name, each in self.sums.items()}
        totals = json.dumps([self.rows, sorted(sums.items())])
        return hashlib.sha256(totals.encode()).hexdigest()[:16]

    def check(self, rows: int, found: Sums, columns: dict[str, str]) -> None:
        """Compare with what was read. Raises Refused: control_total.

        `found`: sums by column over every readable row, quarantined ones too; `columns`: header -> amount column.
        """
        if self.rows is not None and self.rows != rows:
            raise self._differs(f"{self.rows} rows were sent, {rows} arrived", None)
        for header, sums in self.sums.items():
            column = columns.get(header)
            if column is None:
                raise Refused(
                    "bad_control_file",
                    f"{self.name} has a sum of a column that is no amount of this file",
                    column=header,
                    way_out=f"name an amount as the file's header does: {', '.join(sorted(columns)) or 'none'}.",
                )
            ours = {currency: total for (name, currency), total in found.items() if name == column}
            if set(sums) == {None}:
                ours = {None: sum(ours.values(), Decimal(0))}
            for currency in sorted({*sums, *ours}, key=str):
                if sums.get(currency, Decimal(0)) != ours.get(currency, Decimal(0)):
                    of = f" in {currency}" if currency else ""
                    raise self._differs(f"the sum{of} is not what was sent", header)

    def _differs(self, rule: str, column: str | None) -> Refused:
        return Refused(
            "control_total",
            f"{rule} ({self.name})",
            column=column,
            way_out="send the file again, whole; `crw quarantine --delivered` lists no row of a refused file, so look "
            "for rows cut off, or for amounts that cannot be read.",
        )


def control_path(path: Path) -> Path:
    """Where the control totals of a file lie."""
    return path.with_name(path.name + SUFFIX)


def read_control(path: Path) -> ControlTotals | None:
    """Read the control totals of a delivered file, if there are any. Raises Refused: bad_control_file."""
    control = control_path(path)
    if control.is_symlink():
        raise Refused("bad_control_file", f"{control.name} is a link", way_out="deliver the file itself.")
    if not control.is_file():
        return None
    try:
        document = read_document(control)
        totals: _Totals = validated(_Totals, document, document.data)
    except MappingError as error:
        expected = f"{control.name}, line {error.line}: expected {error.expected}"
        raise Refused(
            "bad_control_file", expected, way_out="write rows and sums as the README shows."
        ) from None
    try:
        rows = None if totals.rows is None else int(totals.rows)
        sums = {header: _sums(given) for header, given in totals.sums.items()}
    except (ValueError, InvalidOperation):
        raise Refused(
            "bad_control_file",
            f"{control.name}: expected whole rows and plain sums such as 1234.50",
            way_out="write rows and sums as the README shows.",
        ) from None
    if rows is None and not sums:
        raise Refused(
            "bad_control_file",
            f"{control.name} has neither rows nor sums",
            way_out="write rows and sums as the README shows, or leave the control file out.",
        )
    return ControlTotals(control.name, rows, sums)


def _sums(given: str | dict[str, str]) -> dict[str | None, Decimal]:
    sums: dict[str | None, Decimal] = {}
    for currency, text in {None: given}.items() if isinstance(given, str) else given.items():
        total = Decimal(text)
        if not total.is_finite():
            raise ValueError(currency)
        sums[currency] = total
    return sums
