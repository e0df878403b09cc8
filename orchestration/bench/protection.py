"""What protection costs: a landing beside a landing of the same files without protection, in the same run."""

from dataclasses import dataclass

from orchestration.bench.measure import Measure

# Seconds per million landed rows on two cores that protection may cost.
MOST_SECONDS = 6.0


@dataclass(frozen=True)
class Protection:
    """Seconds of landing `what` with and without protection, and the rows landed."""

    what: str
    protected: Measure
    unprotected: Measure
    rows: int

    @property
    def measure(self) -> Measure:
        """Protection as a phase of its own: the difference; its peak is that of the landing."""
        seconds = max(self.protected.seconds - self.unprotected.seconds, 0.0)
        return Measure(f"protection of {self.what}", seconds, self.protected.peak_bytes)

    @property
    def ratio(self) -> float:
        """Seconds of the protected landing as a multiple of the unprotected one's."""
        return self.protected.seconds / self.unprotected.seconds

    @property
    def seconds_per_million(self) -> float:
        """Seconds that protection adds to a million landed rows."""
        return self.measure.seconds * 1_000_000 / self.rows

    def as_dict(self) -> dict[str, float]:
        """The figures for JSON."""
        return {
            "seconds_per_million_rows": round(self.seconds_per_million, 3),
            "ratio": round(self.ratio, 3),
        }

    def told(self) -> str:
        """One sentence with the figure, its limit and the ratio."""
        verdict = "within" if self.seconds_per_million <= MOST_SECONDS else "BEYOND"
        return (
            f"Protection of {self.what}: {self.measure.seconds:.1f} s for {self.rows:,} landed rows,"
            f" {self.seconds_per_million:.2f} s per million ({verdict} the limit of {MOST_SECONDS:g});"
            f" the landing takes {self.ratio:.2f} times the {self.unprotected.seconds:.1f} s of one without protection."
        )
