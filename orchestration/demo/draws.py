"""Random draws in whole numbers only, so that equal seeds give equal bytes on every machine.

numpy promises a stable bit stream of PCG64 but neither stable distributions nor equal last digits of
exp and log across processors. Everything here is therefore integer arithmetic over that raw stream, with tables
computed once in decimal arithmetic.
"""

from collections import namedtuple
from collections.abc import Iterator
from dataclasses import fields
from decimal import Decimal, localcontext
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

UNIT = 256
"""One standard deviation, and one step of a logarithm, in the fixed-point numbers of this module."""


@cache
def _exp_table() -> Ints:
    """e**(i / 256) x 2**16 for i in -2048 .. 2048."""
    with localcontext() as context:
        context.prec = 28
        return np.array([int((Decimal(i) / UNIT).exp() * 65536) for i in range(-2048, 2049)], dtype=np.int64)


@cache
def _exponential_table() -> Ints:
    """-ln((i + 1/2) / 4096) x 2**12: the quantiles of a unit exponential."""
    with localcontext() as context:
        context.prec = 28
        values = [-((Decimal(2 * i + 1) / 8192).ln()) * 4096 for i in range(4096)]
        return np.array([int(value) for value in values], dtype=np.int64)


def scaled_exp(base: Ints, exponent: Ints) -> Ints:
    """Return base x e**(exponent / 256), exponent clipped to +-8; base below 2**40."""
    return (base * _exp_table()[np.clip(exponent, -2048, 2048) + 2048]) >> 16


class Draws:
    """One independent stream: a seed and the path of its use (block number, purpose)."""

    def __init__(self, seed: int, *path: int) -> None:
        self._bits = np.random.PCG64(np.random.SeedSequence(seed, spawn_key=path))

    def _raw(self, size: int) -> NDArray[np.uint64]:
        return np.asarray(self._bits.random_raw(size), dtype=np.uint64).reshape(size)

    def below(self, limit: int | Ints, size: int) -> Ints:
        """Uniform whole numbers in [0, limit), limit up to 2**31, one or one per draw."""
        high = (self._raw(size) >> np.uint64(33)).astype(np.int64)
        return (high * limit) >> 31

    def between(self, low: int | Ints, high: int | Ints, size: int) -> Ints:
        """Uniform whole numbers in [low, high], both ends included."""
        return low + self.below(np.asarray(high) - low + 1, size)

    def pick(self, table: list[int], size: int) -> Ints:
        """Entries of a table, each equally likely: repeat an entry to weigh it."""
        return np.array(table, dtype=np.int64)[self.below(len(table), size)]

    def chance(self, permille: int | Ints, size: int) -> Flags:
        """True with the given chance in thousandths."""
        return self.below(1000, size) < permille

    def normal(self, size: int) -> Ints:
        """Standard normal x 256 (sum of four uniforms: no tail past 3.5)."""
        raw = self._raw(size)
        total = np.zeros(size, dtype=np.int64)
        for part in range(4):
            total += ((raw >> np.uint64(16 * part)) & np.uint64(0xFFFF)).astype(np.int64)
        return (total - 131070) * UNIT // 37837

    def exponential(self, mean: int | Ints, size: int) -> Ints:
        """Exponential whole numbers of the given mean (up to 9 times it)."""
        return (_exponential_table()[self.below(4096, size)] * mean) >> 12


def series(draws: Draws, first: Ints, last: Ints, per_1000_days: Ints) -> tuple[Ints, Ints]:
    """Events at random days: positions and days in order; about so many per 1000 days of each position."""
    span = np.maximum(last - first, 0)
    counts = (span * per_1000_days + draws.below(1000, len(span))) // 1000
    owner = np.repeat(np.arange(len(span)), counts)
    day = first[owner] + draws.below(span[owner] + 1, len(owner))
    order = np.lexsort((day, owner))
    return owner, day[order]


def rank_within(owner: Ints) -> Ints:
    """0, 1, 2 ... within each run of equal entries of an ascending array."""
    return np.arange(len(owner)) - np.searchsorted(owner, owner)


def each(record: Any, known: Flags | None = None) -> Iterator[Any]:
    """Entries of a dataclass of equally long columns, one named tuple of plain values each.

    They also tell their position `at` and their `rank` among equal entries of the first column. `known` marks by
    `customer` whose entries are wanted.
    """
    names = [field.name for field in fields(record)]
    columns = [getattr(record, name) for name in names]
    entry = namedtuple("Entry", ["at", "rank", *names])  # type: ignore[misc]
    wanted = (True,) * len(columns[0]) if known is None else known[record.customer].tolist()
    ranks = rank_within(columns[0]).tolist()
    plain = zip(ranks, *(column.tolist() for column in columns), strict=True)
    return (entry(at, *values) for at, values in enumerate(plain) if wanted[at])
