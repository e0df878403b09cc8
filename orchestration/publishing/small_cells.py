"""Which cells of a published aggregate may not be shown: those of fewer than k, and those that would give them away.

A cell is a count of people or customers. Whoever reads the table knows every count shown, that a withheld one is
at least 1, and which cells add up to which total. A cell is safe when another solution fits all that: it is found by
adding and taking one along the sums, and its being there is the proof.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# Cells that one solution may differ in, and steps of the search: beyond these a cell counts as given away.
_DEEPEST, _STEPS = 16, 3_000


@dataclass(frozen=True)
class Line:
    """Cells that add up: to the cell `total`, or to a number that is known as long as one of the parts is shown."""

    parts: tuple[int, ...]
    total: int | None = None

    @property
    def cells(self) -> tuple[int, ...]:
        """Parts and total."""
        return self.parts if self.total is None else (*self.parts, self.total)


def withheld(counts: Sequence[int], lines: Sequence[Line], least: int) -> set[int]:
    """Positions of the cells to withhold, so that none of 1 to `least` - 1 is shown or can be worked out.

    What is withheld along a line adds up to `least` or more: the difference to a total is a cell as well.
    """
    return _Table(counts, lines, least).solve()


class _Table:
    def __init__(self, counts: Sequence[int], lines: Sequence[Line], least: int) -> None:
        self.counts, self.least = counts, least
        self.lines = [line for line in lines if len(line.parts) + (line.total is not None) > 1]
        self.through: list[list[Line]] = [[] for _ in counts]
        for line in self.lines:
            for cell in line.cells:
                self.through[cell].append(line)
        self.hidden = {cell for cell, count in enumerate(counts) if 0 < count < least}

    def solve(self) -> set[int]:
        """Withhold more until no sum and no solution gives a cell away."""
        safe: set[int] = set()
        while self.hidden:
            more = next(self._broken_lines(), None)
            if more is None:
                exposed = (cell for cell in sorted(self.hidden) if not self._is_open(cell, safe))
                more = self._partner(next(exposed, None))
            if more is None:
                break
            self.hidden.add(more)
            safe.clear()
        return self.hidden

    def _partner(self, exposed: int | None) -> int | None:
        """A cell to withhold beside one that can be worked out: of its own lines, else of the table."""
        if exposed is None:
            return None
        near = self._cheapest([cell for line in self.through[exposed] for cell in line.cells])
        return self._cheapest(range(len(self.counts))) if near is None else near

    def _broken_lines(self) -> Iterator[int]:
        """For each line whose sum gives a cell away, the cell to withhold as well."""
        for line in self.lines:
            parts = [cell for cell in line.parts if cell in self.hidden]
            total_hidden = line.total is not None and line.total in self.hidden
            if not parts and not total_hidden:
                continue
            known = self._is_known(line)
            alone = len(parts) + total_hidden == 1 and (known or total_hidden)
            little = known and sum(self.counts[cell] for cell in parts) < self.least
            if alone or little:
                extra = self._cheapest(line.parts)
                if extra is None and line.total is not None and not total_hidden:
                    extra = line.total if self.counts[line.total] > 0 else None
                if extra is not None:
                    yield extra

    def _is_known(self, line: Line) -> bool:
        if line.total is not None:
            return line.total not in self.hidden
        return any(self.counts[cell] > 0 and cell not in self.hidden for cell in line.parts)

    def _cheapest(self, cells: Sequence[int]) -> int | None:
        """The smallest cell still shown; one of 0 hides nothing."""
        shown = [cell for cell in cells if self.counts[cell] > 0 and cell not in self.hidden]
        return min(shown, key=lambda cell: (self.counts[cell], cell), default=None)

    def _is_open(self, cell: int, safe: set[int]) -> bool:
        """Whether another solution has one more or one less in this cell; all cells it changes become safe."""
        if cell in safe:
            return True
        for change in (1, -1):
            if self._may_change(cell, change):
                self._steps = 0
                found = self._balanced({cell: change})
                if found is not None:
                    safe.update(found)
                    return True
        return False

    def _may_change(self, cell: int, change: int) -> bool:
        return cell in self.hidden and self.counts[cell] + change >= 1

    def _balanced(self, changes: dict[int, int]) -> dict[int, int] | None:
        """Changes of one each that leave every sum as it is, from those begun; None when the search finds none."""
        self._steps += 1
        if self._steps > _STEPS or len(changes) > _DEEPEST:
            return None
        found = self._unbalanced(changes)
        if found is None:
            return changes
        line, excess = found
        step = -1 if excess > 0 else 1
        choices = [(cell, step) for cell in line.parts]
        if line.total is not None:
            choices.append((line.total, -step))
        for cell, change in choices:
            if cell not in changes and self._may_change(cell, change):
                solution = self._balanced({**changes, cell: change})
                if solution is not None:
                    return solution
        return None

    def _unbalanced(self, changes: dict[int, int]) -> tuple[Line, int] | None:
        for cell in changes:
            for line in self.through[cell]:
                if line.total is None and not self._is_known(line):
                    continue
                excess = sum(changes.get(part, 0) for part in line.parts)
                excess -= changes.get(line.total, 0) if line.total is not None else 0
                if excess:
                    return line, excess
        return None
