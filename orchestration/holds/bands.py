"""How much a delivery may differ from the last accepted one, from the rule table landing_bands.csv."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, get_args

from orchestration.rules.in_force import read_in_force

Measure = Literal["rows", "amount", "references", "older_content", "open_end", "overlap"]
ANY = "*"


@dataclass(frozen=True)
class Band:
    """One rule: ratios to the last accepted delivery that pass, from `min_rows` rows of it on; None = no bound.

    `references`: the share of the values of `column` that `refers_to` (source, entity, column) holds. `overlap`: the
    share of a file's records that stand in another file of the same full export too.
    """

    measure: Measure
    load: str
    source: str
    entity: str
    column: str
    refers_to: tuple[str, str, str] | None
    ratio_low: float | None
    ratio_high: float | None
    min_rows: int

    @property
    def rule_id(self) -> str:
        """Name of the rule: the cells of its key, joined by a slash."""
        return "/".join((self.measure, self.load, self.source, self.entity, self.column))

    def holds(self, ratio: float) -> bool:
        """Whether a ratio lies outside the band."""
        low, high, ratio = self.ratio_low, self.ratio_high, round(ratio, 6)
        return (low is not None and ratio < low) or (high is not None and ratio > high)


class Bands:
    """The rules in force on one date; of several that fit, the one that names most holds."""

    def __init__(self, bands: list[Band]) -> None:
        self._bands = bands

    @classmethod
    def load(cls, rules_dir: Path, as_of: date) -> "Bands":
        """Read landing_bands.csv: rows in force at `as_of`. Raises ConfigurationError naming the line."""
        problem = "expected a known measure, ratios and a number of rows"
        return cls(read_in_force(rules_dir, "landing_bands", as_of, _band, problem))

    def find(self, measure: Measure, load: str, source: str, entity: str) -> Band | None:
        """The rule that judges an entity, if there is one."""
        fitting = [
            band
            for band in self._bands
            if (band.measure, band.load) == (measure, load)
            and band.source in (ANY, source)
            and band.entity in (ANY, entity)
        ]
        return max(fitting, key=lambda band: (band.source != ANY, band.entity != ANY), default=None)

    @property
    def references(self) -> list[Band]:
        """The rules on references from one entity to another."""
        return [band for band in self._bands if band.measure == "references"]


def _band(row: dict[str, str]) -> Band:
    if row["measure"] not in get_args(Measure):
        raise ValueError(row["measure"])
    parts = tuple(row["refers_to"].split(".")) if row["refers_to"] else None
    if (row["measure"] == "references") != (parts is not None) or (parts and len(parts) != 3):
        raise ValueError(row["refers_to"])
    low, high = (float(row[name]) if row[name] else None for name in ("ratio_low", "ratio_high"))
    return Band(
        measure=row["measure"],  # type: ignore[arg-type]
        load=row["load"],
        source=row["source"],
        entity=row["entity"],
        column=row["column_name"],
        refers_to=parts,  # type: ignore[arg-type]
        ratio_low=low,
        ratio_high=high,
        min_rows=int(row["min_rows"]),
    )
