"""What protection costs: the landing of the night beside a landing of the same files without protection."""

from dataclasses import dataclass

from orchestration.bench.measure import Measure

PHASE = "protection (part of land)"
# Seconds per million landed rows on two cores that protection may cost.
MOST_SECONDS = 6.0


@dataclass(frozen=True)
class Protection:
    """Seconds of a landing with and without protection, and the rows landed."""

    protected: Measure
    unprotected: Measure
    rows: int

    @classmethod
    def of(cls, night: list[Measure], unprotected: Measure, rows: int) -> "Protection":
        """From the phases of a night. Raises StopIteration without a landing among them."""
        return cls(next(measure for measure in night if measure.phase == "land"), unprotected, rows)

    @property
    def measure(self) -> Measure:
        """Protection as a phase of its own: the difference; its peak is that of the landing."""
        seconds = max(self.protected.seconds - self.unprotected.seconds, 0.0)
        return Measure(PHASE, seconds, self.protected.peak_bytes)

    @property
    def ratio(self) -> float:
        """Seconds of the protected landing as a multiple of the unprotected one's."""
        return self.protected.seconds / self.unprotected.seconds

    @property
    def seconds_per_million(self) -> float:
        """Seconds that protection adds to a million landed rows."""
        return self.measure.seconds * 1_000_000 / self.rows

    def told(self) -> str:
        """One sentence with the figure, its limit and the ratio."""
        verdict = "within" if self.seconds_per_million <= MOST_SECONDS else "BEYOND"
        return (
            f"Protection: {self.measure.seconds:.1f} s for {self.rows:,} landed rows,"
            f" {self.seconds_per_million:.2f} s per million ({verdict} the limit of {MOST_SECONDS:g});"
            f" the landing takes {self.ratio:.2f} times the {self.unprotected.seconds:.1f} s of one without protection."
        )
